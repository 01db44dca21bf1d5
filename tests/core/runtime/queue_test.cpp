// Queues between threads: order, bounds, counts; alone and with both sides running.
#include <gmock/gmock.h>

#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "runtime/bounded_queue.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/published.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;

TEST(BoundedQueue, capacity_is_rounded_up_to_a_power_of_two) {
    EXPECT_EQ(BoundedQueue<int>(1).capacity(), 1U);
    EXPECT_EQ(BoundedQueue<int>(5).capacity(), 8U);
    EXPECT_EQ(BoundedQueue<int>(4'096).capacity(), 4'096U);
}

TEST(BoundedQueue, takes_what_fits_and_counts_the_rest) {
    BoundedQueue<int> queue(4);
    std::vector<int> items(7);
    std::iota(items.begin(), items.end(), 0);
    EXPECT_EQ(queue.try_push(items), 4U);
    EXPECT_EQ(queue.refused(), 3U);
    EXPECT_FALSE(queue.try_push(9));
    EXPECT_EQ(queue.refused(), 4U);
    std::vector<int> room(2);
    EXPECT_EQ(queue.pop(room), 2U);
    EXPECT_THAT(room, ElementsAre(0, 1));
    EXPECT_TRUE(queue.try_push(9));
    room.assign(9, -1);
    EXPECT_EQ(queue.pop(room), 3U);
    EXPECT_THAT(std::vector<int>(room.begin(), room.begin() + 3), ElementsAre(2, 3, 9));
    EXPECT_EQ(queue.pop(room), 0U);
    EXPECT_EQ(queue.size(), 0U);
}

TEST(BoundedQueue, two_threads_see_every_item_once_and_in_order) {
    constexpr std::uint64_t wanted = 200'000;
    BoundedQueue<std::uint64_t> queue(256);
    std::thread producer([&] {
        std::mt19937_64 dice(7);
        std::vector<std::uint64_t> batch;
        std::uint64_t next = 0;
        while (next < wanted) {
            batch.resize(1 + dice() % 100);
            std::iota(batch.begin(), batch.end(), next);
            const std::size_t taken = queue.try_push(batch);
            next += taken;  // what was refused is offered again
            if (taken == 0) {
                std::this_thread::yield();
            }
        }
    });
    std::uint64_t seen = 0;
    std::uint64_t wrong = 0;
    std::size_t largest = 0;
    std::mt19937_64 dice(8);
    std::vector<std::uint64_t> room;
    while (seen < wanted) {
        room.resize(1 + dice() % 50);
        largest = std::max(largest, queue.size());
        const std::size_t got = queue.pop(room);
        for (std::size_t i = 0; i < got; ++i) {
            wrong += room[i] == seen ? 0 : 1;
            ++seen;
        }
        if (got == 0) {
            std::this_thread::yield();
        }
    }
    producer.join();
    EXPECT_EQ(wrong, 0U);
    EXPECT_LE(largest, queue.capacity()) << "the size is never nonsense";
}

TEST(BoundedQueue, its_size_is_never_nonsense_for_an_onlooker) {
    BoundedQueue<int> queue(16);
    std::atomic<bool> done{false};
    std::atomic<std::size_t> largest{0};
    std::thread onlooker([&] {
        while (!done) {
            largest = std::max(largest.load(), queue.size());
        }
    });
    std::thread consumer([&] {
        std::vector<int> room(16);
        while (!done) {
            queue.pop(room);
        }
    });
    for (int i = 0; i < 200'000; ++i) {
        queue.try_push(i);
    }
    done = true;
    onlooker.join();
    consumer.join();
    // At most what was pushed between its two looks is on top; a tail that was overtaken by the
    // head would have wrapped around.
    EXPECT_LE(largest, 200'000U + queue.capacity());
}

TEST(Mailbox, gives_items_in_order_and_refuses_when_full_or_closed) {
    Mailbox<std::unique_ptr<int>> box(2);
    EXPECT_TRUE(box.try_push(std::make_unique<int>(1)));
    EXPECT_TRUE(box.try_push(std::make_unique<int>(2)));
    EXPECT_FALSE(box.try_push(std::make_unique<int>(3)));
    EXPECT_EQ(box.refused(), 1U);
    EXPECT_EQ(**box.pop(0), 1);
    box.close();
    EXPECT_FALSE(box.try_push(std::make_unique<int>(4)));
    EXPECT_EQ(box.refused(), 2U);
    EXPECT_EQ(**box.pop(60'000), 2) << "what is inside can still be taken";
    EXPECT_FALSE(box.pop(60'000).has_value()) << "and then nobody waits";
    EXPECT_TRUE(box.closed());
}

TEST(Mailbox, a_wait_ends_by_an_item_a_wake_or_the_close) {
    Mailbox<int> items(4);
    std::thread pusher([&] { items.try_push(7); });
    EXPECT_EQ(items.pop(60'000), 7);
    pusher.join();
    std::thread waker([&] { items.wake(); });
    EXPECT_EQ(items.pop(60'000), std::nullopt);
    waker.join();
    items.wake();
    EXPECT_EQ(items.pop(60'000), std::nullopt) << "a wake from before counts, once";
    std::thread closer([&] { items.close(); });
    items.wait_closed(60'000);
    closer.join();
    EXPECT_EQ(items.pop(60'000), std::nullopt);
}

TEST(Mailbox, many_senders_lose_nothing) {
    Mailbox<int> box(100'000);
    std::vector<std::thread> senders;
    for (int s = 0; s < 4; ++s) {
        senders.emplace_back([&box, s] {
            for (int i = 0; i < 5'000; ++i) {
                box.try_push(s * 5'000 + i);
            }
        });
    }
    std::vector<int> seen(20'000);
    for (int i = 0; i < 20'000; ++i) {
        const std::optional<int> item = box.pop(60'000);
        ASSERT_TRUE(item.has_value());
        ++seen[static_cast<std::size_t>(*item)];
    }
    for (std::thread& sender : senders) {
        sender.join();
    }
    EXPECT_THAT(seen, ::testing::Each(1));
}

TEST(Published, hands_out_the_newest_and_keeps_what_was_taken) {
    Published<std::string> published;
    EXPECT_EQ(published.generation(), 0U);
    EXPECT_EQ(published.get(), nullptr);
    published.publish(std::make_shared<const std::string>("one"));
    const auto held = published.get();
    const std::uint64_t before = published.generation();
    published.publish(std::make_shared<const std::string>("two"));
    EXPECT_GT(published.generation(), before);
    EXPECT_EQ(*published.get(), "two");
    EXPECT_EQ(*held, "one");
}

}  // namespace
}  // namespace petrel::core
