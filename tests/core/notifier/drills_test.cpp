// Fire drills and dead letters on the real delivery thread: what fails is told over the others.
#include <gmock/gmock.h>

#include "core/notifier/channel_support.hpp"
#include "core/outbox/signal_support.hpp"
#include "core/store/chain_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "notifier/notifier_stage.hpp"

namespace petrel::core {
namespace {

using petrel::testing::eventually;
using petrel::testing::TempFolder;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Drilling : public ::testing::Test {
protected:
    void start(std::vector<std::string> allowed) {
        DeliveryOptions options;
        options.store = path_;
        options.drill.channels = std::move(allowed);
        auto stage =
            NotifierStage::start(std::move(options), {first_.handle("a"), second_.handle("b")});
        ASSERT_TRUE(stage.ok()) << stage.status().message();
        stage_ = std::move(*stage);
    }
    std::string drill_state() {
        const DeliveryFigures figures = stage_->figures();
        return figures.drills.empty() ? "" : figures.drills.front().state;
    }

    TempFolder folder_;
    std::string path_ = folder_.at("petrel.db");
    Recorder first_, second_;
    std::unique_ptr<NotifierStage> stage_;
};

TEST_F(Drilling, a_start_drills_the_channels_that_allow_it_and_no_other) {
    start({"a"});
    ASSERT_TRUE(eventually([&] { return drill_state() == "passed"; }));
    ASSERT_EQ(first_.attempts().size(), 1U);
    EXPECT_EQ(first_.attempts().front().phase, PETREL_ALERT_TEST);
    EXPECT_TRUE(first_.attempts().front().silent);
    EXPECT_THAT(second_.ids(), IsEmpty());
    EXPECT_EQ(stage_->figures().store.signals, 0U);
}

TEST_F(Drilling, one_that_is_refused_is_told_over_the_other_channel) {
    first_.answer([](const std::string&) { return Outcome{PETREL_REFUSED, 0, {}, "HTTP 400"}; });
    start({"a"});
    ASSERT_TRUE(eventually([&] { return !second_.ids().empty(); }));
    EXPECT_EQ(drill_state(), "failed");
    EXPECT_THAT(second_.headlines(),
                ElementsAre(HasSubstr("the fire drill of channel a did not come through")));
    EXPECT_EQ(first_.ids().size(), 1U) << "the canary alone";
    first_.answer([](const std::string&) { return Outcome{}; });
    ASSERT_TRUE(stage_->start_drill("a", "a test").ok());
    ASSERT_TRUE(eventually([&] { return drill_state() == "passed"; }));
    EXPECT_EQ(stage_->start_drill("b", "a test").status().code(), PETREL_E_INVALID);
}

TEST_F(Drilling, a_dead_letter_that_is_sent_again_arrives_under_its_id) {
    first_.answer([](const std::string&) { return Outcome{PETREL_REFUSED, 0, {}, "HTTP 400"}; });
    start({});
    stage_->on_signal(SignalChange::Admitted, storm_signal("sig-1"));
    ASSERT_TRUE(eventually([&] { return stage_->figures().store.refused == 1; }));
    first_.answer([](const std::string&) { return Outcome{}; });
    ResendWish wish;
    wish.keys = {"sig-1/a"};
    wish.who = "a test";
    const auto sent = stage_->send_again(wish);
    ASSERT_TRUE(sent.ok()) << sent.status().message();
    ASSERT_TRUE(eventually([&] { return stage_->figures().store.delivered == 2; }));
    EXPECT_THAT(first_.ids(), ElementsAre("sig-1", "sig-1"));
    EXPECT_EQ(first_.attempts()[1].attempt, 1U) << "its tries are counted anew";
    EXPECT_EQ(run_sql(path_, "SELECT COUNT(*) FROM attempts WHERE key = 'sig-1/a'"), "2");
    wish.keys = {"sig-1/nowhere"};
    EXPECT_THAT(stage_->send_again(wish).status().message(), HasSubstr("'sig-1/nowhere'"));
    stage_->stop();
    const auto store = std::move(Database::open(path_)).value();
    EXPECT_THAT(check_whole_chain(*store).problem, IsEmpty());
}

}  // namespace
}  // namespace petrel::core
