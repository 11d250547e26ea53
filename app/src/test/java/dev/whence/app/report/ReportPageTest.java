package dev.whence.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.score.Semantics;
import dev.whence.study.Pixels;
import dev.whence.study.Report;
import dev.whence.study.Report.Histogram;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  @Test
  void theSameReportGivesTheSamePage() throws Exception {
    assertThat(ReportPage.render(Reports.pictures())).isEqualTo(ReportPage.render(Reports.pictures()));
  }

  @Test
  void nothingFromDataBecomesMarkup() {
    for (String page : List.of(ReportPage.render(Reports.texts()), ReportPage.render(Reports.rows()))) {
      assertThat(page).doesNotContain("<script").doesNotContain("<img src=x").doesNotContain("\u0007");
      assertThat(page).contains("&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;");
    }
  }

  @Test
  void suspectedLabelsStandBesideWhatTheModelsSay() {
    assertThat(ReportPage.render(Reports.texts())).contains("Suspected labels", "models say something else",
        "self-influence 1.").doesNotContain(">labelled ").contains("<code>evaluation/mislabels.csv</code>");
  }

  @Test
  void theFirstSentenceCountsOnlyTargetsThatAreShown() throws Exception {
    Report all = Reports.pictures();
    var about = new Report.About(2, "the margin of the label", "", 2, List.of());
    Report folded = new Report(all.title(), all.method(), all.semantics(), all.measurementUnit(),
        all.targets(), all.judgement(), all.suspects(), all.provenance(), all.runFile(), all.warnings(),
        about);

    assertThat(ReportPage.render(all)).contains("of these 3 targets, according to");
    assertThat(ReportPage.render(folded)).contains("of these 2 targets, and of 1 more that fold at the end");
  }

  @Test
  void aMethodThatOnlyRanksIsNotSaidToRaiseOrLower() {
    Report all = Reports.texts();
    Report ranked = new Report(all.title(), "similarity", Semantics.ordinal("margin"),
        all.measurementUnit(), all.targets(), all.judgement(), all.suspects(), all.provenance(),
        all.runFile(),
        all.warnings(), all.about());

    assertThat(ReportPage.render(ranked)).contains("stand highest and lowest for the margin of the label")
        .doesNotContain("raised and lowered", "Raised ", "Lowered ");
    assertThat(ReportPage.render(all)).doesNotContain("class=\"head\"></span>");
  }

  @Test
  void anUnjudgedReportSaysSoAndShowsNoScoreOfTrust() {
    String page = ReportPage.render(Reports.texts());

    assertThat(page).contains("was not measured in this run").doesNotContain("id=\"trust\"");
  }

  @Test
  void aValueIsNeitherRightNorWrongAndHasNoShare() {
    Report judged = Reports.rows();
    Report.Target first = judged.targets().getFirst();
    var example = new Report.Example("row-0", "1.5", first.example().content());
    var value = new Report.Target(example, List.of(new Report.Guess("1.4", Optional.empty())),
        first.measurement(), first.proponents(), first.opponents(), first.scores(), first.fit(),
        new Report.Headline("Predicted", "1.4", Optional.empty()), first.subject(), "");

    String page = ReportPage.render(new Report(judged.title(), judged.method(), judged.semantics(),
        judged.measurementUnit(), List.of(value), judged.judgement(), judged.suspects(), judged.provenance(),
        judged.runFile(), judged.warnings(), judged.about()));

    assertThat(page).contains("labelled 1.5").doesNotContain("✗", "✓", "Likeliest answers");
  }

  @Test
  void picturesAreWrittenPixelByPixel() throws Exception {
    byte[] colours = new byte[3 * 5 * 3];
    new Random(1).nextBytes(colours);
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(Png.encode(new Pixels(5, 3, 3, colours))));

    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 5; x++) {
        int at = (y * 5 + x) * 3;
        int expected = ((colours[at] & 255) << 16) | ((colours[at + 1] & 255) << 8) | (colours[at + 2] & 255);
        assertThat(read.getRGB(x, y) & 0xffffff).isEqualTo(expected);
      }
    }
  }

  @Test
  void planesAreStretchedBetweenDarkAndBright() {
    Pixels grey = Pixels.ofPlanes(new float[]{-1, 0, 1, 3}, 1, 2, 2);
    Pixels flat = Pixels.ofPlanes(new float[]{5, 5, 5, 5}, 1, 2, 2);

    assertThat(grey.values()).containsExactly(0, 64, 128, 255);
    assertThat(flat.values()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void everyValueOfAHistogramIsCountedOnce() {
    Histogram histogram = Histogram.of(new float[]{-2, -1.5f, 0, 1.9f, 2}, 4);

    assertThat(histogram).isEqualTo(new Histogram(-2, 2, List.of(2L, 0L, 1L, 2L)));
    assertThat(Histogram.of(new float[]{3, 3}, 5).counts()).containsExactly(0L, 0L, 2L, 0L, 0L);
  }

  @Test
  void numbersAreShortAndKeepTheirSign() {
    assertThat(List.of(Numbers.significant(0.012345), Numbers.shortened(-1234.5), Numbers.shortened(2.0),
        Numbers.signed(0.5), Numbers.shortened(-1.2345e-5), Numbers.percent(.9996), Numbers.percent(.5)))
        .containsExactly("0.0123", "−1230", "2", "+0.500", "−1.23e−5", ">99.9\u00a0%", "50\u00a0%");
    assertThat(Numbers.ticks(-0.05, 0.785, 4)).containsExactly(0.0, 0.2, 0.4, 0.6000000000000001);
  }

  @Test
  void anUnclosedElementIsAnError() {
    assertThatThrownBy(() -> new Markup().open("p").close("div")).hasMessageContaining("<p> is open");
    assertThatThrownBy(() -> new Markup().open("p").finish()).hasMessageContaining("<p> is still open");
  }
}
