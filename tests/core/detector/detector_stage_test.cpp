// The stage with detectors made for it: who is called, with what in the windows, and what of theirs
// is believed.
#include "detector/detector_stage.hpp"

#include <gmock/gmock.h>

#include <array>
#include <functional>
#include <limits>
#include <stdexcept>

#include "petrel/detector.hpp"
#include "petrel/testing/event_builder.hpp"

namespace petrel::core {
namespace {

using petrel::testing::liquidation;
using petrel::testing::mark_price;
using petrel::testing::trade;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class Scripted final : public Detector {
public:
    using Body = std::function<void(const EventBatch&, const WindowView&, FindingOut&)>;

    Scripted(std::vector<petrel_interest> interests, Body body)
        : interests_(std::move(interests)), body_(std::move(body)) {}
    Scripted(const Host&, const Config&) {}

    static std::span<const petrel_text> finding_types() {
        static const std::array<petrel_text, 2> kTypes = {text_of("STORM"), text_of("WHALE")};
        return kTypes;
    }
    [[nodiscard]] std::vector<petrel_interest> interests() const override { return interests_; }
    void on_events(const EventBatch& batch, const WindowView& view, FindingOut& out) override {
        if (body_) {
            body_(batch, view, out);
        }
    }
    [[nodiscard]] DetectorHandle handle(std::string name) {
        return {std::move(name), static_cast<const petrel_detector*>(table<Scripted>()), this};
    }

private:
    std::vector<petrel_interest> interests_;
    Body body_;
};

petrel_finding sound_finding() {
    petrel_finding finding{};
    finding.phase = PETREL_PHASE_SINGLE;
    finding.side = PETREL_SIDE_LONG;
    finding.notional_usd = 5;
    return finding;
}

void nothing(const EventBatch&, const WindowView&, FindingOut&) {}

TEST(DetectorStage, shows_each_detector_what_it_asked_for_and_no_more) {
    std::vector<std::string> seen;
    const auto note = [&seen](const std::string& who) {
        return [&seen, who](const EventBatch& batch, const WindowView&, FindingOut&) {
            seen.push_back(who + std::to_string(static_cast<int>(batch[0].notional_usd)));
        };
    };
    Scripted small({interest(EventKind::Liquidation, 0, 1'000, 10)}, note("small"));
    Scripted large({interest(EventKind::Liquidation, 0, 1'000, 500),
                    interest(EventKind::Liquidation, 1, 1'000, 50)},
                   note("large"));
    Scripted marks({interest(EventKind::MarkPrice, 0, 0, 0)}, note("marks"));
    DetectorStage stage({small.handle("s"), large.handle("l"), marks.handle("m")}, 2);
    Window window(WindowShape{}, 0);
    for (const double usd : {9.0, 10.0, 499.0, 500.0}) {
        stage.see(liquidation(Side::Long).usd(usd), {3, 0}, window);
    }
    stage.see(liquidation(Side::Long).usd(60), {3, 1}, window);
    stage.see(trade(Side::Buy).usd(10'000), {3, 0}, window);
    stage.see(mark_price(100), {3, 0}, window);
    EXPECT_THAT(seen,
                ElementsAre("small10", "small499", "small500", "large500", "large60", "marks0"));
    EXPECT_EQ(stage.figures()[0].calls, 3U);
}

TEST(DetectorStage, tells_the_windows_what_must_be_kept) {
    Scripted one({interest(EventKind::Trade, 0, 30'000, 900), interest(EventKind::Trade, 2, 0, 50)},
                 nothing);
    Scripted two({interest(EventKind::Trade, 0, 60'000, 400)}, nothing);
    const DetectorStage stage({one.handle("one"), two.handle("two")}, 3);
    const double never = std::numeric_limits<double>::infinity();
    EXPECT_THAT(stage.keep_trades_from_usd(), ElementsAre(400.0, never, 50.0));
    EXPECT_EQ(stage.kept_horizon_ns(), 60 * kNsPerSecond);
}

TEST(DetectorStage, figures_are_exact_at_every_event) {
    Scripted summing({interest(EventKind::Liquidation, 0, 30'000, 0)},
                     [](const EventBatch& batch, const WindowView& view, FindingOut& out) {
                         const petrel_window_sum sum = view.sum({EventKind::Liquidation, 30'000});
                         petrel_finding finding = sound_finding();
                         finding.notional_usd = sum.first_notional_usd;
                         finding.at_ns = batch.now_ns();
                         out.emit(finding, {});
                     });
    DetectorStage stage({summing.handle("sum")}, 1);
    Window window(WindowShape{}, 0);
    double expected = 0;
    for (int i = 1; i <= 50; ++i) {
        const MarketEvent event = liquidation(Side::Long).usd(i).at_ms(i * 10);
        window.add(event);
        stage.see(event, {0, 0}, window);
        expected += i;
        ASSERT_EQ(stage.findings().size(), 1U);
        EXPECT_DOUBLE_EQ(stage.findings()[0].notional_usd, expected);
        EXPECT_EQ(stage.findings()[0].at_ns, event.exchange_ts_ns);
    }
}

TEST(DetectorStage, a_finding_is_copied_with_its_evidence_and_place) {
    Scripted scripted({interest(EventKind::Liquidation, 1, 1'000, 0)},
                      [](const EventBatch& batch, const WindowView&, FindingOut& out) {
                          const std::vector<MarketEvent> many(40, batch[0]);
                          petrel_finding finding = sound_finding();
                          finding.type = 1;
                          finding.phase = PETREL_PHASE_ONSET;
                          finding.venue = 4;
                          finding.flags = PETREL_FLAG_SAMPLED;
                          finding.events = 40;
                          finding.window_ms = 1'000;
                          out.emit(finding, many);
                      });
    DetectorStage stage({scripted.handle("x")}, 2);
    stage.see(liquidation(Side::Short).usd(77), {9, 1}, Window(WindowShape{}, 0));
    ASSERT_EQ(stage.findings().size(), 1U);
    const Finding& finding = stage.findings()[0];
    EXPECT_EQ(stage.types()[finding.type], "WHALE");
    EXPECT_EQ(finding.phase, Phase::Onset);
    EXPECT_EQ(finding.symbol, 9U);
    EXPECT_EQ(finding.group, 1U);
    EXPECT_EQ(finding.venue, 4);
    EXPECT_TRUE(finding.sampled);
    EXPECT_EQ(finding.evidence.size(), static_cast<std::size_t>(PETREL_EVIDENCE_MAX));
    EXPECT_EQ(finding.evidence[0].notional_usd, 77);
}

TEST(DetectorStage, findings_live_until_the_next_event) {
    Scripted once({interest(EventKind::Liquidation, 0, 0, 0)},
                  [](const EventBatch&, const WindowView&, FindingOut& out) {
                      out.emit(sound_finding(), {});
                  });
    DetectorStage stage({once.handle("once")}, 1);
    const Window window(WindowShape{}, 0);
    stage.see(liquidation(Side::Long).usd(1), {0, 0}, window);
    EXPECT_EQ(stage.findings().size(), 1U);
    stage.see(trade(Side::Buy).usd(1), {0, 0}, window);
    EXPECT_TRUE(stage.findings().empty());
}

TEST(DetectorStage, two_detectors_of_one_type_share_its_name) {
    Scripted a({}, nothing);
    Scripted b({}, nothing);
    const DetectorStage stage({a.handle("a"), b.handle("b")}, 1);
    EXPECT_THAT(stage.types(), ElementsAre("STORM", "WHALE"));
}

TEST(DetectorStage, a_detector_that_throws_is_counted_and_the_others_go_on) {
    Scripted faulty({interest(EventKind::Liquidation, 0, 0, 0)},
                    [](const EventBatch&, const WindowView&, FindingOut& out) {
                        out.emit(sound_finding(), {});
                        throw std::runtime_error("planted");
                    });
    Scripted good({interest(EventKind::Liquidation, 0, 0, 0)},
                  [](const EventBatch&, const WindowView&, FindingOut& out) {
                      out.emit(sound_finding(), {});
                  });
    DetectorStage stage({faulty.handle("faulty"), good.handle("good")}, 1);
    const Window window(WindowShape{}, 0);
    for (int i = 0; i < 3; ++i) {
        stage.see(liquidation(Side::Long).usd(1), {0, 0}, window);
    }
    EXPECT_EQ(stage.figures()[0].faults, 3U);
    EXPECT_THAT(stage.figures()[0].last_fault, HasSubstr("planted"));
    EXPECT_EQ(stage.figures()[1].faults, 0U);
    EXPECT_EQ(stage.figures()[1].findings, 3U);
}

TEST(DetectorStage, findings_out_of_bounds_are_faults_and_no_findings) {
    const std::vector<std::function<void(petrel_finding&)>> spoilers = {
        [](petrel_finding& f) { f.type = 2; },
        [](petrel_finding& f) { f.phase = 0; },
        [](petrel_finding& f) { f.phase = 4; },
        [](petrel_finding& f) { f.side = 5; },
        [](petrel_finding& f) { f.notional_usd = -1; },
        [](petrel_finding& f) { f.notional_usd = kNan; },
        [](petrel_finding& f) { f.notional_usd = std::numeric_limits<double>::infinity(); }};
    for (std::size_t i = 0; i < spoilers.size(); ++i) {
        Scripted faulty({interest(EventKind::Liquidation, 0, 0, 0)},
                        [&](const EventBatch&, const WindowView&, FindingOut& out) {
                            petrel_finding finding = sound_finding();
                            spoilers[i](finding);
                            out.emit(finding, {});
                        });
        DetectorStage stage({faulty.handle("faulty")}, 1);
        stage.see(liquidation(Side::Long).usd(1), {0, 0}, Window(WindowShape{}, 0));
        EXPECT_TRUE(stage.findings().empty()) << i;
        EXPECT_EQ(stage.figures()[0].faults, 1U) << i;
    }
}

TEST(DetectorStage, interests_in_what_is_not_there_are_faults) {
    Scripted odd({interest(EventKind::Trade, 7, 0, 0),
                  {sizeof(petrel_interest), 0, 0, 0, 0},
                  {sizeof(petrel_interest), PETREL_EVENT_KIND_END, 0, 0, 0}},
                 nothing);
    const DetectorStage stage({odd.handle("odd")}, 2);
    EXPECT_EQ(stage.figures()[0].faults, 3U);
    EXPECT_THAT(stage.figures()[0].last_fault, HasSubstr("kind or group"));
}

}  // namespace
}  // namespace petrel::core
