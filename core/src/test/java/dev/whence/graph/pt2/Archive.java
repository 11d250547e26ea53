package dev.whence.graph.pt2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An archive's entries, to be changed and written anew. */
final class Archive {
  final Map<String, byte[]> entries = new LinkedHashMap<>();

  static Archive of(Path file) throws IOException {
    var archive = new Archive();
    try (var zip = new java.util.zip.ZipFile(file.toFile())) {
      for (var entry : zip.stream().toList()) {
        archive.entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return archive;
  }

  /** The full name of the entry that ends so. */
  String name(String end) {
    return entries.keySet().stream().filter(name -> name.endsWith(end)).findFirst().orElseThrow();
  }

  String text(String end) {
    return new String(entries.get(name(end)), java.nio.charset.StandardCharsets.UTF_8);
  }

  Archive put(String end, String text) {
    entries.put(name(end), text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return this;
  }

  /** Writes all entries, deflated or stored. */
  Path write(Path file, int method) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var each : entries.entrySet()) {
        var entry = new ZipEntry(each.getKey());
        entry.setMethod(method);
        entry.setTime(0);
        if (method == ZipEntry.STORED) {
          var sum = new CRC32();
          sum.update(each.getValue());
          entry.setCrc(sum.getValue());
          entry.setSize(each.getValue().length);
        }
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
    }
    return Files.write(file, bytes.toByteArray());
  }

  Path write(Path file) throws IOException {
    return write(file, ZipEntry.STORED);
  }
}
