// Who of a message's recipients waits, and for how many messages that is remembered.
#include "unserved.hpp"

#include <gtest/gtest.h>

namespace petrel::email {
namespace {

using Replies = std::vector<int>;
const std::vector<std::string> kAll{"a@x.test", "b@x.test", "c@x.test"};

Recipients served(const Replies& replies, bool taken) {
    Recipients recipients(kAll.size());
    recipients.take_in(replies, taken);
    return recipients;
}

TEST(Recipients, all_wait_at_first_in_their_order) {
    EXPECT_EQ(Recipients(3).waiting(kAll), kAll);
    EXPECT_EQ(Recipients(3).count(Standing::Waits), 3U);
}

TEST(Recipients, replies_are_of_those_who_wait) {
    Recipients recipients = served({451, 250, 452}, true);
    EXPECT_EQ(recipients.waiting(kAll), (std::vector<std::string>{"a@x.test", "c@x.test"}));
    recipients.take_in(Replies{450, 251}, true);
    EXPECT_EQ(recipients.waiting(kAll), std::vector<std::string>{"a@x.test"});
    EXPECT_EQ(recipients.count(Standing::HasIt), 2U);
}

TEST(Recipients, nobody_has_a_message_that_was_not_taken) {
    EXPECT_EQ(served({250, 250, 452}, false).count(Standing::Waits), 3U);
}

TEST(Recipients, who_is_refused_for_good_waits_no_more_whatever_came_of_the_message) {
    for (const bool taken : {true, false}) {
        const Recipients recipients = served({452, 550, 452}, taken);
        EXPECT_EQ(recipients.count(Standing::Refused), 1U);
        EXPECT_EQ(recipients.waiting(kAll), (std::vector<std::string>{"a@x.test", "c@x.test"}));
    }
}

TEST(Recipients, a_reply_that_did_not_come_refuses_nobody) {
    EXPECT_EQ(served({0, 0}, false).count(Standing::Waits), 3U);
    EXPECT_EQ(served({0, 250}, true).count(Standing::HasIt), 3U);
}

TEST(Unserved, a_message_is_remembered_until_it_is_forgotten) {
    Unserved unserved;
    Recipients recipients = served({250, 452, 250}, true);
    recipients.further_tries = 2;
    unserved.keep("one", recipients);
    unserved.keep("other", served({452, 250, 250}, true));
    EXPECT_EQ(unserved.recipients_of("one", 3).waiting(kAll), std::vector{kAll[1]});
    EXPECT_EQ(unserved.recipients_of("one", 3).further_tries, 2);
    EXPECT_EQ(unserved.recipients_of("other", 3).waiting(kAll), std::vector{kAll[0]});
    unserved.forget("one");
    EXPECT_EQ(unserved.recipients_of("one", 3).waiting(kAll), kAll);
    EXPECT_EQ(unserved.recipients_of("other", 3).waiting(kAll), std::vector{kAll[0]});
}

TEST(Unserved, the_oldest_is_forgotten_first) {
    Unserved unserved(2);
    const Recipients one_waits = served({250, 452, 250}, true);
    for (const char* id : {"1", "2", "1", "3"}) {
        unserved.keep(id, one_waits);
    }
    EXPECT_EQ(unserved.recipients_of("1", 3).waiting(kAll), kAll);
    for (const char* id : {"2", "3"}) {
        EXPECT_EQ(unserved.recipients_of(id, 3).waiting(kAll), std::vector{kAll[1]}) << id;
    }
}

// A server that is down for long takes no place of those of whom something is known.
TEST(Unserved, a_message_for_which_all_wait_needs_no_memory) {
    Unserved unserved(1);
    unserved.keep("1", served({250, 452, 250}, true));
    unserved.keep("2", Recipients(3));
    EXPECT_EQ(unserved.recipients_of("1", 3).waiting(kAll), std::vector{kAll[1]});
}

}  // namespace
}  // namespace petrel::email
