// Two nodes with one store: what one had claimed when it went is told by the other with its doubt.
#include <gmock/gmock.h>

#include "core/outbox/signal_support.hpp"
#include "core/store/both_stores_support.hpp"
#include "outbox/outbox.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t kBehindTheLease = kNow + 61 * kSecond;

class TwoNodes : public ::testing::Test {
protected:
    // A node with an outbox of its own.
    struct Node {
        std::unique_ptr<Database> store;
        std::unique_ptr<Outbox> outbox;

        std::vector<Delivery> take(const std::string& channel, const ChannelRoom& room,
                                   std::int64_t now_ns) const {
            Result<Outbox::Taken> taken = outbox->take(channel, room, now_ns);
            EXPECT_TRUE(taken.ok()) << (taken.ok() ? "" : taken.status().message());
            return taken.ok() ? std::move(taken->deliveries) : std::vector<Delivery>();
        }
    };

    TwoNodes() : at_(StoreKind::Postgres) {
        options_.channels = {"chat", "hook"};
        options_.traits["chat"].abilities = PETREL_CAN_EDIT;
        options_.traits["hook"].abilities = PETREL_HONOURS_KEY;
        options_.use_by_ns = 3'600 * kSecond;
        options_.began_ns = kNow;
    }
    [[nodiscard]] Node start(const std::string& name) const {
        StorePlace place = at_.place();
        place.node = name;
        Node node;
        node.store = std::move(Database::open(place).value());
        node.outbox = std::make_unique<Outbox>(*node.store, options_);
        EXPECT_THAT(node.take("hook", {1, 2}, kNow - 1), IsEmpty()) << "it runs since before";
        return node;
    }
    static void admit(const Node& node, int signals) {
        for (int i = 0; i < signals; ++i) {
            Signal signal = storm_signal("sig-" + std::to_string(100 + i));
            signal.score.strength = "moderate";
            ASSERT_TRUE(node.outbox->admit(signal, kNow + i).ok());
        }
    }

    NewStore at_;
    OutboxOptions options_;
};

TEST_F(TwoNodes, what_the_other_may_have_sent_keeps_its_key_in_a_storm) {
    const Node other = start("other");
    const Node here = start("here");
    admit(other, 6);
    ASSERT_THAT(other.take("hook", {6, 100}, kNow + kSecond), SizeIs(6));  // and is gone
    const auto first = here.take("hook", {1, 2}, kBehindTheLease + kSecond);
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_EQ(first[0].row.key, "sig-100/hook");
    const auto second = here.take("hook", {1, 2}, kBehindTheLease + 2 * kSecond);
    ASSERT_THAT(second, SizeIs(1));
    EXPECT_EQ(second[0].row.key, "sig-101/hook") << "nor when it is looked at again";
}

TEST_F(TwoNodes, the_first_that_the_other_had_may_repeat_where_no_key_tells) {
    const Node other = start("other");
    const Node here = start("here");
    admit(other, 3);
    ASSERT_THAT(other.take("chat", {1, 100}, kNow + kSecond), SizeIs(1));  // and is gone
    const auto taken = here.take("chat", {3, 100}, kBehindTheLease + kSecond);
    ASSERT_THAT(taken, SizeIs(3));
    EXPECT_TRUE(taken[0].may_repeat);
    EXPECT_FALSE(taken[1].may_repeat);
    EXPECT_FALSE(taken[2].may_repeat);
}

TEST_F(TwoNodes, what_nobody_had_is_in_no_doubt) {
    const Node other = start("other");
    const Node here = start("here");
    admit(other, 6);
    const auto taken = here.take("hook", {1, 2}, kNow + kSecond);
    ASSERT_THAT(taken, SizeIs(1));
    EXPECT_EQ(taken[0].row.phase, "digest");
    EXPECT_FALSE(here.take("chat", {1, 100}, kNow + kSecond).at(0).may_repeat);
}

}  // namespace
}  // namespace petrel::core
