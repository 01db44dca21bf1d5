// One detector in the place of another: what windows that were made for the one can serve of the
// other, and who is shown what after the change.
#include <gmock/gmock.h>

#include <array>
#include <limits>

#include "detector/detector_stage.hpp"
#include "petrel/detector.hpp"
#include "petrel/testing/event_builder.hpp"

namespace petrel::core {
namespace {

using petrel::testing::liquidation;
using ::testing::ElementsAre;

constexpr std::array<petrel_text, 3> kFollowerTypes = {text_of("STORM"), text_of("GUST"),
                                                       text_of("CALM")};

// Emits a finding of its first type at every event, and writes its name down.
class Follower final : public Detector {
public:
    Follower(std::string name, std::vector<petrel_interest> interests, std::string& seen)
        : name_(std::move(name)), interests_(std::move(interests)), seen_(&seen) {}
    Follower(const Host&, const Config&) {}

    static std::span<const petrel_text> finding_types() {
        return std::span(kFollowerTypes).first(types_shown);
    }
    [[nodiscard]] std::vector<petrel_interest> interests() const override { return interests_; }
    void on_events(const EventBatch&, const WindowView&, FindingOut& out) override {
        *seen_ += name_;
        petrel_finding finding{};
        finding.type = type_told;
        finding.phase = PETREL_PHASE_SINGLE;
        out.emit(finding, {});
    }
    [[nodiscard]] DetectorHandle handle() {
        return {name_, static_cast<const petrel_detector*>(table<Follower>()), this};
    }
    static inline std::size_t types_shown = 1;
    std::uint32_t type_told = 0;

private:
    std::string name_;
    std::vector<petrel_interest> interests_;
    std::string* seen_ = nullptr;
};

const WindowLimits kLimits{{500.0, std::numeric_limits<double>::infinity()}, 30 * kNsPerSecond};

std::string refusal_of(petrel_interest interest) {
    const DetectorWants wants{{"STORM"}, {interest}};
    return check_wants(wants, {"STORM"}, kLimits).message();
}

TEST(DetectorWants, windows_serve_what_they_were_made_for_and_no_more) {
    EXPECT_EQ(refusal_of(interest(EventKind::Liquidation, 1, 30'000, 0)), "");
    EXPECT_EQ(refusal_of(interest(EventKind::Trade, 0, 30'000, 500)), "");
    EXPECT_EQ(refusal_of(interest(EventKind::Trade, 0, 100, 499)),
              "it asks for trades from 499 USD on, the windows keep those from 500 USD on");
    EXPECT_EQ(refusal_of(interest(EventKind::Trade, 1, 100, 1e9)),
              "it asks for trades from 1000000000 USD on, the windows keep none");
    EXPECT_EQ(refusal_of(interest(EventKind::Liquidation, 0, 30'001, 0)),
              "it asks for the events of 30001 ms, the windows keep 30 s");
    EXPECT_EQ(refusal_of(interest(EventKind::Liquidation, 2, 0, 0)),
              "it asks for the kind 2 of the group 2, which is not there");
    EXPECT_EQ(refusal_of({sizeof(petrel_interest), PETREL_EVENT_KIND_END, 0, 0, 0}),
              "it asks for the kind 9 of the group 0, which is not there");
    EXPECT_NE(refusal_of(interest(EventKind::Trade, 0, 0, std::nan(""))), "");
}

TEST(DetectorWants, types_may_be_appended_and_nothing_else) {
    const auto check = [](std::vector<std::string> types) {
        return check_wants({std::move(types), {}}, {"STORM", "GUST"}, kLimits).message();
    };
    EXPECT_EQ(check({"STORM", "GUST"}), "");
    EXPECT_EQ(check({"STORM", "GUST", "CALM"}), "");
    EXPECT_EQ(check({"STORM"}),
              "its finding type number 2 was GUST and is gone; types may only be appended");
    EXPECT_EQ(check({"GUST", "STORM"}),
              "its finding type number 1 was STORM and is GUST; types may only be appended");
}

TEST(DetectorStage, the_one_that_follows_is_called_in_the_place_of_the_one_before) {
    std::string seen;
    Follower a("a", {interest(EventKind::Liquidation, 0, 0, 0)}, seen);
    Follower b("b", {interest(EventKind::Liquidation, 0, 0, 0)}, seen);
    Follower c("c", {interest(EventKind::Liquidation, 0, 0, 100)}, seen);
    DetectorStage stage({a.handle(), b.handle()}, 1);
    const Window window(WindowShape{}, 0);
    stage.see(liquidation(Side::Long).usd(50), {0, 0}, window);
    EXPECT_EQ(seen, "ab");
    stage.replace(0, c.handle(), ask_wants(c.handle()));
    stage.see(liquidation(Side::Long).usd(50), {0, 0}, window);
    EXPECT_EQ(seen, "abb") << "its own minimum counts";
    stage.see(liquidation(Side::Long).usd(100), {0, 0}, window);
    EXPECT_EQ(seen, "abbcb") << "in the order of their places";
    EXPECT_EQ(stage.figures()[0].calls, 2U) << "the place goes on counting";
}

TEST(DetectorStage, new_types_follow_those_known_and_the_place_set_aside) {
    std::string seen;
    Follower before("before", {interest(EventKind::Liquidation, 0, 0, 0)}, seen);
    DetectorStage stage({before.handle()}, 1);
    stage.set_aside_type("RADAR");
    Follower::types_shown = 3;
    Follower after("after", {interest(EventKind::Liquidation, 0, 0, 0)}, seen);
    after.type_told = 2;
    stage.replace(0, after.handle(), ask_wants(after.handle()));
    Follower::types_shown = 1;
    EXPECT_THAT(stage.types(), ElementsAre("STORM", "RADAR", "GUST", "CALM"));
    const Window window(WindowShape{}, 0);
    stage.see(liquidation(Side::Long).usd(1), {0, 0}, window);
    ASSERT_EQ(stage.findings().size(), 1U);
    EXPECT_EQ(stage.types()[stage.findings()[0].type], "CALM");
}

}  // namespace
}  // namespace petrel::core
