/** A toy of each coming capability, written against what rooms offer to others: a page each, from outside every package. */
package dev.whence.rooms;
