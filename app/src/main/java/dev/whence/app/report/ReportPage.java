package dev.whence.app.report;

import dev.whence.study.Report;
import dev.whence.study.Report.Content;
import dev.whence.study.Report.Guess;
import dev.whence.study.Report.Target;
import dev.whence.study.TrainingDataStudy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The report as one HTML page: no network, no script, no other file; readable on a phone, in the dark, on paper and
 * by a screen reader. The same report gives the same bytes.
 */
public final class ReportPage {
  /** Forbids the page everything but its own styles and pictures. */
  private static final String POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

  private ReportPage() {
  }

  /** The page's text, to be stored as UTF-8. */
  public static String render(Report report) {
    var html = new Markup();
    html.raw("<!doctype html>\n").open("html", "lang", "en");
    head(html, report);
    html.open("body").leaf("a", "Skip to the answers", "href", "#answers", "class", "skip");
    masthead(html, report);
    html.open("main");
    sections(report).forEach(section -> section.accept(html));
    html.close("main");
    html.open("footer")
        .leaf("p", "Made by Whence. Positive scores are proponents: including the example raised "
            + report.about().explained() + ". This page is one file and asks nothing of any network.")
        .close("footer");
    return html.close("body").close("html").finish();
  }

  /** What draws each section of a study of training data, in its order. */
  private static List<Consumer<Markup>> sections(Report report) {
    Optional<TrustSection> trust = report.judgement().map(judgement -> new TrustSection(report, judgement));
    return new TrainingDataStudy().sections().stream().map(name -> section(name, report, trust)).toList();
  }

  private static Consumer<Markup> section(String name, Report report, Optional<TrustSection> trust) {
    return switch (name) {
      case "warnings" -> html -> warnings(html, report);
      case "trust" -> html -> trust.ifPresent(section -> section.draw(html));
      case "answers" -> html -> answers(html, report);
      case "charts" -> html -> trust.ifPresent(section -> section.drawCharts(html));
      case "suspects" -> html -> SuspectSection.draw(html, report);
      case "provenance" -> html -> ProvenanceSection.draw(html, report);
      default -> throw new IllegalStateException("nothing draws section '" + name + "'");
    };
  }

  private static void answers(Markup html, Report report) {
    int shown = Math.min(report.about().shown(), report.targets().size());
    html.open("section", "id", "answers", "aria-label", "Answers");
    for (int i = 0; i < shown; i++) {
      new TargetSection(report, report.targets().get(i), i).draw(html);
    }
    html.close("section");
    if (shown < report.targets().size()) {
      html.open("section", "id", "more", "class", "more").leaf("h2", "More targets");
      for (int i = shown; i < report.targets().size(); i++) {
        new TargetSection(report, report.targets().get(i), i).fold(html);
      }
      html.close("section");
    }
  }

  private static void head(Markup html, Report report) {
    html.open("head").empty("meta", "charset", "utf-8")
        .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
        .empty("meta", "name", "color-scheme", "content", "light dark")
        .empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY)
        .empty("link", "rel", "icon", "href", "data:,")
        .leaf("title", report.title() + " · Whence")
        .open("style").raw(style()).close("style").close("head");
  }

  private static void masthead(Markup html, Report report) {
    html.open("header", "class", "masthead");
    html.leaf("p", "Whence · where did this output come from?", "class", "eyebrow");
    html.leaf("h1", report.title());
    Summary.draw(html, report);
    int shown = Math.min(report.about().shown(), report.targets().size());
    if (shown > 1) {
      html.open("nav", "aria-label", "Targets").open("ul", "class", "contents");
      for (int i = 0; i < shown; i++) {
        link(html, report.targets().get(i), i);
      }
      html.close("ul").close("nav");
    }
    html.close("header");
  }

  private static void link(Markup html, Target target, int index) {
    html.open("li").open("a", "href", "#target-" + index);
    if (target.example().content() instanceof Content.Picture(var pixels)) {
      Examples.picture(html, pixels, "", "thumb");
    }
    Guess first = target.guesses().getFirst();
    if (first.probability().isPresent()) {
      html.leaf("span", first.answer() + " ·");
    }
    Examples.id(html, "span", "", target.example().id());
    html.close("a").close("li");
  }

  private static void warnings(Markup html, Report report) {
    List<String> warnings = report.warnings();
    if (warnings.isEmpty()) {
      return;
    }
    html.open("section", "class", "warnings").leaf("h2", "What may mislead").open("ul");
    warnings.forEach(warning -> html.open("li").prose(warning).close("li"));
    html.close("ul").close("section");
  }

  private static String style() {
    try (InputStream sheet = ReportPage.class.getResourceAsStream("report.css")) {
      if (sheet == null) {
        throw new IllegalStateException("report.css is missing from the program's jar");
      }
      return new String(sheet.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
  }
}
