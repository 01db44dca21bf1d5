// petrel notifications and notify: which words are understood, and what the answers say.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command_line.hpp"
#include "cli/notification_json.hpp"
#include "cli/notification_text.hpp"
#include "core/store/chain_support.hpp"
#include "core/store/temp_folder_support.hpp"

namespace petrel::core {
namespace {

using petrel::testing::TempFolder;
using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class NotificationWords : public ::testing::Test {
protected:
    NotificationWords() {
        handlers_.notifications = [&](const NotificationsArguments& a, Terminal&) {
            list_ = a;
            return 0;
        };
        handlers_.notifications_gaps = [&](const NotificationsSinceArguments& a, Terminal&) {
            since_ = a;
            return 0;
        };
        handlers_.notify_resend = [&](const NotifyResendArguments& a, Terminal&) {
            resend_ = a;
            return 0;
        };
    }
    int call(const std::vector<std::string>& words) {
        err_.str("");
        Terminal terminal{out_, err_, false, false, {}};
        return dispatch(words, handlers_, terminal);
    }
    std::ostringstream out_, err_;
    CommandHandlers handlers_;
    NotificationsArguments list_;
    NotificationsSinceArguments since_;
    NotifyResendArguments resend_;
};

TEST_F(NotificationWords, the_noun_stands_alone_and_has_verbs) {
    EXPECT_EQ(call({"notifications"}), 0);
    EXPECT_EQ(call({"notifications", "--state", "refused", "--attempts", "--symbol", "BTCUSDT"}),
              0);
    EXPECT_EQ(list_.state, "refused");
    EXPECT_TRUE(list_.attempts);
    EXPECT_EQ(list_.symbol, "BTC-USDT-PERP");
    EXPECT_EQ(call({"notifications", "gaps", "--since", "2h"}), 0);
    EXPECT_EQ(since_.since, "2h");
    EXPECT_EQ(call({"notifications", "gabs"}), 2);
    EXPECT_THAT(err_.str(), HasSubstr("did you mean"));
    EXPECT_EQ(call({"notifications", "--state", "lost"}), 2);
    EXPECT_EQ(call({"notifications", "--state", "held", "--dead"}), 2);
}

TEST_F(NotificationWords, a_resend_takes_keys_or_all_dead_ones) {
    EXPECT_EQ(call({"notify", "resend", "sig-1/a", "sig-2/a"}), 0);
    EXPECT_THAT(resend_.keys, ElementsAre("sig-1/a", "sig-2/a"));
    EXPECT_EQ(call({"notify", "resend", "--dead", "--channel", "a", "--since", "2h"}), 0);
    EXPECT_EQ(resend_.channel, "a");
    EXPECT_EQ(call({"notify", "resend"}), 2);
    EXPECT_EQ(call({"notify", "resend", "--dead", "sig-1/a"}), 2);
    EXPECT_EQ(call({"notify", "resend", "sig-1/a", "--channel", "a"}), 2);
}

class NotificationAnswers : public ::testing::Test {
protected:
    static Json parsed(const Result<std::string>& answer) {
        EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.status().message());
        return answer.ok() ? Json::parse(*answer) : Json();
    }
    TempFolder folder_;
    std::unique_ptr<Database> store_ = std::move(Database::open(folder_.at("petrel.db"))).value();
};

TEST_F(NotificationAnswers, a_list_has_times_ids_and_tries) {
    tell(*store_, "sig-1", "delivered", kNow);
    const Json json = parsed(tracked_json(*store_, {}, true));
    EXPECT_EQ(json.at("version"), 1);
    const Json& one = json.at("notifications").at(0);
    EXPECT_EQ(one.at("key"), "sig-1/a");
    EXPECT_EQ(one.at("latency_ms"), 1'000.0);
    EXPECT_EQ(one.at("provider_id"), "m-sig-1");
    EXPECT_EQ(one.at("tries").size(), 1U);
    EXPECT_TRUE(one.at("tries").at(0).at("http_status").is_null());
    EXPECT_THAT(tracked_text(json),
                HasSubstr("sig-1/a  LIQ_STORM BTC-USDT-PERP  delivered in 1.000 s  1 try  id "
                          "m-sig-1\n"));
    EXPECT_FALSE(
        parsed(tracked_json(*store_, {}, false)).at("notifications").at(0).contains("tries"));
}

TEST_F(NotificationAnswers, gaps_have_their_reasons_and_totals) {
    EXPECT_THAT(gaps_text(parsed(gaps_json(*store_, 0))), HasSubstr("no gap"));
    tell(*store_, "sig-1", "delivered", kNow);
    tell(*store_, "sig-2", "refused", kNow + kSecond);
    ASSERT_TRUE(store_->admit(signal_row("sig-3"), {}).ok());
    std::vector<NotificationRow> rows = {notification_row("sys-1", "a"),
                                         notification_row("sys-1", "b"),
                                         notification_row("sys-2", "a")};
    rows[2].state = "held";
    rows[2].reason = "its first message was told in digest dig-1";
    rows[0].state = "held";
    rows[0].reason = "throttled: 1 in the last 60 s";
    ASSERT_TRUE(store_->add(rows).ok());
    const Json json = parsed(gaps_json(*store_, 0));
    std::map<std::string, int> totals;
    for (const Json& total : json.at("totals")) {
        totals[total.at("kind")] = total.at("count");
    }
    const std::map<std::string, int> expected{{"held: no message", 1},
                                              {"held: throttled", 1},
                                              {"no route", 1},
                                              {"pending", 1},
                                              {"refused", 1}};
    EXPECT_EQ(totals, expected);
    EXPECT_EQ(json.at("gaps").size(), 5U);
    EXPECT_EQ(json.at("gaps").at(0).at("key"), "sig-2/a");
    EXPECT_EQ(json.at("cut"), false);
    const std::string text = gaps_text(json);
    EXPECT_THAT(text, HasSubstr("sig-2  LIQ_STORM BTC-USDT-PERP  not on a  refused\n    HTTP 400"));
    EXPECT_THAT(text, HasSubstr("never queued: no route takes it to a channel"));
    EXPECT_THAT(text, HasSubstr("waits since 2026-01-01 00:00:00, next try at"));
}

TEST_F(NotificationAnswers, a_check_goes_by_parts_and_refuses_a_cursor_that_is_none) {
    tell(*store_, "sig-1", "delivered", kNow);
    std::string cursor;
    std::uint64_t entries = 0;
    int parts = 0;
    for (bool done = false; !done && parts < 10; ++parts) {
        const Json part = parsed(chain_json(*store_, 0, cursor));
        EXPECT_EQ(part.at("intact"), true) << part.at("problem");
        entries += part.at("entries").get<std::uint64_t>();
        cursor = part.at("cursor");
        done = part.at("done");
        EXPECT_EQ(part.at("chains").at(0).at("node"), "local");
    }
    EXPECT_EQ(entries, 2U);
    EXPECT_LT(parts, 10);
    EXPECT_FALSE(chain_json(*store_, 0, "nonsense").ok());
    EXPECT_FALSE(chain_json(*store_, 0, "9|a|1|b|c").ok());
}

}  // namespace
}  // namespace petrel::core
