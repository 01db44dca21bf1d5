// Questions to the store past its owner: they read, may be given up, and hold no end up.
#include "store/store_reader.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "core/store/both_stores_support.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kLongMs = 30'000;

class Reader : public ::testing::TestWithParam<StoreKind> {
protected:
    Reader() : at_(GetParam()), store_(at_.open()), reader_(at_.place()) {}

    std::optional<Result<std::size_t>> signals() {
        return reader_.ask<std::size_t>(
            [](Database& store) { return Result<std::size_t>(store.signals({})->size()); },
            kLongMs);
    }

    NewStore at_;
    std::unique_ptr<Database> store_;
    StoreReader reader_;
};

TEST_P(Reader, what_is_written_is_seen_at_once) {
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(**signals(), i);
        ASSERT_TRUE(store_->admit(signal_row("sig-" + std::to_string(i)), {}).ok());
    }
}

TEST_P(Reader, nothing_is_written_by_it) {
    const auto wrote = reader_.ask<bool>(
        [](Database& store) {
            const Status put = store.put(signal_row("sig-1"));
            return put.ok() ? Result<bool>(true) : Result<bool>(put);
        },
        kLongMs);
    ASSERT_TRUE(wrote.has_value());
    EXPECT_FALSE(wrote->ok());
    EXPECT_EQ(**signals(), 0U) << "and it goes on";
}

TEST_P(Reader, a_question_that_was_given_up_is_not_asked) {
    Mailbox<bool> asked(1);
    Mailbox<bool> may_end(1);
    bool was_asked = false;
    std::thread first([&] {
        reader_.ask<bool>(
            [&](Database&) {
                asked.try_push(true);
                may_end.pop(kLongMs);
                return Result<bool>(true);
            },
            kLongMs);
    });
    ASSERT_TRUE(asked.pop(kLongMs));
    const auto second = reader_.ask<bool>(
        [&](Database&) {
            was_asked = true;
            return Result<bool>(true);
        },
        1);
    EXPECT_FALSE(second.has_value());
    may_end.try_push(true);
    first.join();
    EXPECT_EQ(**signals(), 0U);
    EXPECT_FALSE(was_asked);
}

INSTANTIATE_TEST_SUITE_P(Stores, Reader, ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
                         name_of_store);

TEST(ReaderOfAFile, an_end_does_not_wait_for_what_takes_for_ever) {
    const NewStore at(StoreKind::Sqlite);
    const auto store = at.open();
    for (int i = 0; i < 500; ++i) {
        ASSERT_TRUE(store->admit(signal_row("sig-" + std::to_string(i)), {}).ok());
    }
    StoreReader reader(at.place());
    Mailbox<bool> asked(1);
    std::string why;
    std::thread asking([&] {
        reader.ask<bool>(
            [&](Database& database) {
                asked.try_push(true);
                while (why.empty()) {
                    const auto rows = database.signals({});
                    why = rows.ok() ? "" : rows.status().message();
                }
                return Result<bool>(true);
            },
            kLongMs);
    });
    ASSERT_TRUE(asked.pop(kLongMs));
    reader.stop();
    asking.join();
    EXPECT_THAT(why, HasSubstr("interrupted"));
    EXPECT_FALSE(reader.ask<bool>([](Database&) { return Result<bool>(true); }, kLongMs));
}

TEST(ReaderOfAFile, a_store_that_comes_later_is_read_then) {
    const NewStore at(StoreKind::Sqlite);
    StoreReader reader(at.place());
    const auto count = [](Database& store) {
        return Result<std::size_t>(store.signals({})->size());
    };
    const auto before = reader.ask<std::size_t>(count, kLongMs);
    ASSERT_TRUE(before.has_value());
    ASSERT_FALSE(before->ok());
    EXPECT_THAT(before->status().message(), HasSubstr("there is no store at"));
    const auto store = at.open();
    EXPECT_EQ(**reader.ask<std::size_t>(count, kLongMs), 0U);
}

}  // namespace
}  // namespace petrel::core
