package dev.whence.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import dev.whence.study.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page in a real, headless Chromium, as opened from a disk. */
class ReportInBrowserTest {
  private static final Path CHROMIUM = Path.of(System.getProperty("whence.chromium", "/usr/bin/chromium"));
  private static final Path SHOTS = Path.of("target/report");
  private static Playwright playwright;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    if (!Files.isExecutable(CHROMIUM)) {
      fail(CHROMIUM
          + " is missing: install it (Debian: apt install chromium; .ci/run does) or say where it is with"
          + " -Dwhence.chromium=FILE");
    }
    Files.createDirectories(SHOTS);
    playwright = Playwright
        .create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM)
        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync")));
  }

  @AfterAll
  static void stop() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @Test
  void itOpensWithoutErrorsOrRequestsAtEveryWidthInLightAndDark() throws Exception {
    Report pictures = Reports.pictures();
    for (int width : new int[]{320, 390, 1280}) {
      opensCleanly("pictures", pictures, width, ColorScheme.LIGHT);
      opensCleanly("pictures", pictures, width, ColorScheme.DARK);
    }
    opensCleanly("names", Reports.longNames(), 390, ColorScheme.LIGHT);
    for (var report : Map.of("texts", Reports.texts(), "rows", Reports.rows()).entrySet()) {
      opensCleanly(report.getKey(), report.getValue(), 320, ColorScheme.LIGHT);
      opensCleanly(report.getKey(), report.getValue(), 768, ColorScheme.DARK);
    }
  }

  private static void opensCleanly(String name, Report report, int width, ColorScheme scheme)
      throws Exception {
    Path file = Files.writeString(SHOTS.resolve(name + ".html"), ReportPage.render(report));
    var trouble = new ArrayList<String>();
    try (var context = browser.newContext(
        new Browser.NewContextOptions().setViewportSize(width, 800).setColorScheme(scheme)
            .setDeviceScaleFactor(1))) {
      Page page = context.newPage();
      page.onConsoleMessage(message -> trouble.add("console: " + message.text()));
      page.onPageError(error -> trouble.add("error: " + error));
      page.onRequest(request -> {
        if (!request.url().equals(file.toUri().toString()) && !request.url().startsWith("data:")) {
          trouble.add("request: " + request.url());
        }
      });
      page.navigate(file.toUri().toString());
      String where = name + " at " + width + " " + scheme;
      page.screenshot(new Page.ScreenshotOptions().setFullPage(true)
          .setPath(
              SHOTS.resolve(name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png")));
      assertThat(trouble).as(where).isEmpty();
      assertThat(page.title()).as(where).isEqualTo(report.title().replace("\u0007", "\ufffd") + " · Whence");
      assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
          .as(where + ": no sideways scrolling")
          .isLessThanOrEqualTo(width);
      assertThat((boolean) page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)"))
          .as(where + ": every picture is drawn").isTrue();
      assertThat(crowded(page)).as(where + ": words of a chart that touch each other or leave it")
          .isEqualTo("");
      assertThat(faint(page)).as(where + ": texts with a contrast below 4.5").isEqualTo("");
    }
  }

  @Test
  void everyPictureHasItsPlaceAndDescription() throws Exception {
    Report report = Reports.pictures();
    try (Page page = open("places", report)) {
      int shown = report.targets().stream()
          .mapToInt(target -> 1 + target.proponents().size() + target.opponents().size()).sum();
      assertThat(page.locator("article img").count()).isEqualTo(shown);
      assertThat(page.locator("article img:not([alt*='labelled'])").count()).isZero();
      assertThat(page.locator("article .side.up .score").first().textContent()).startsWith("+");
      assertThat(page.locator("svg[role=img]:not([aria-label])").count()).isZero();
      assertThat(page.locator("table.methods tbody tr").count())
          .isEqualTo(report.judgement().orElseThrow().methods().size());
      page.locator("#trust").screenshot(new Locator.ScreenshotOptions().setPath(SHOTS.resolve("trust.png")));
      assertThat(page.locator("#trust").textContent()).contains("ceiling 0.735", "difference +0.198");
    }
  }

  @Test
  void itPrintsOnPaperWithoutNavigation() throws Exception {
    try (Page page = open("print", Reports.pictures())) {
      page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
      assertThat(page.locator("nav").isVisible()).isFalse();
      assertThat(page.locator("#trust").isVisible()).isTrue();
      assertThat(page.pdf(new Page.PdfOptions().setPath(SHOTS.resolve("print.pdf")).setFormat("A4")))
          .isNotEmpty();
    }
  }

  private static Page open(String name, Report report) throws Exception {
    Path file = Files.writeString(SHOTS.resolve(name + ".html"), ReportPage.render(report));
    Page page = browser.newPage();
    page.navigate(file.toUri().toString());
    return page;
  }

  /** Words of charts and of the methods' scale that lie over each other or outside their place. */
  private static String crowded(Page page) {
    return (String) page.evaluate(
        """
            () => {
              const found = [];
              for (const place of document.querySelectorAll('svg.chart, .scale')) {
                const words = [...place.querySelectorAll('text, span')].map(e => [e.textContent, e.getBoundingClientRect()])
                    .filter(([, r]) => r.width > 0);
                const all = place.getBoundingClientRect();
                words.forEach(([a, r], i) => {
                  if (place.matches('svg') && (r.left < all.left - 1 || r.right > all.right + 1)) found.push(a + ' is outside');
                  words.slice(i + 1).forEach(([b, s]) => {
                    if (r.left < s.right - 1 && s.left < r.right - 1 && r.top < s.bottom - 1 && s.top < r.bottom - 1)
                      found.push(a + ' over ' + b);
                  });
                });
              }
              return found.slice(0, 5).join('; ');
            }""");
  }

  /** Texts whose contrast (WCAG 2) with the nearest painted background behind them is below 4.5. */
  private static String faint(Page page) {
    return (String) page.evaluate(
        """
            () => {
              const parse = c => c.match(/[\\d.]+/g).map(Number);
              const light = c => parse(c).slice(0, 3).map(v => v / 255)
                  .map(v => v <= .03928 ? v / 12.92 : Math.pow((v + .055) / 1.055, 2.4))
                  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
              const behind = e => { for (; e; e = e.parentElement) {
                const c = getComputedStyle(e).backgroundColor, p = parse(c);
                if (p.length === 3 || p[3] > 0) return c; } return 'rgb(255,255,255)'; };
              return [...document.querySelectorAll('body *')]
                .filter(e => !e.matches('title') && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
                .map(e => {
                  const style = getComputedStyle(e);
                  const ink = e instanceof SVGElement ? style.fill : style.color;
                  const [a, b] = [light(ink), light(behind(e))].sort((x, y) => y - x);
                  const contrast = (a + .05) / (b + .05);
                  return contrast < 4.5 ? e.tagName + '.' + (e.getAttribute('class') || '') + ' ' + contrast.toFixed(2) : '';
                }).filter(x => x).slice(0, 5).join('; ');
            }""");
  }
}
