// Statements that several files of this folder share. Private to core/store.
//
// On the thread that owns the session, inside of the transaction of whoever calls; what fails is
// thrown as the database library throws it.
#pragma once

#include <soci/soci.h>

#include <cstdint>

#include <cmath>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "store/rows.hpp"

namespace petrel::core {

// The database library knows long long, not int64_t.
inline long long wide(std::int64_t value) { return value; }

// A value that may be absent, as the database library reads and writes it. `Plain` is its type
// there.
template <typename Plain>
struct Nullable {
    Plain value{};
    soci::indicator state = soci::i_null;

    Nullable() = default;
    template <typename Value>
    explicit Nullable(const std::optional<Value>& known) {
        if (known) {
            value = static_cast<Plain>(*known);
            state = soci::i_ok;
        }
        if constexpr (std::is_floating_point_v<Plain>) {
            state = std::isfinite(value) ? state : soci::i_null;
        }
    }
    template <typename Value>
    void store_to(std::optional<Value>& known) const {
        known = state == soci::i_ok ? std::optional<Value>(value) : std::nullopt;
    }
};

// The columns of a SELECT, in their order, go into these places with each fetch.
template <typename Value>
void into_one(soci::statement& statement, Value& value) {
    statement.exchange(soci::into(value));
}
template <typename Plain>
void into_one(soci::statement& statement, Nullable<Plain>& value) {
    statement.exchange(soci::into(value.value, value.state));
}
template <typename... Values>
void into_each(soci::statement& statement, Values&... values) {
    (into_one(statement, values), ...);
}

// Conditions of a SELECT with what they use, which outlives them. Only what is asked for is in the
// statement: a condition that may hold for all keeps the database off its indexes.
class Conditions {
public:
    void add(const std::string& condition) {
        text_ += (text_.empty() ? " WHERE " : " AND ") + condition;
    }
    template <typename Value>
    void add(const std::string& condition, const Value& value) {
        add(condition);
        uses_.push_back([&value](soci::statement& s) { s.exchange(soci::use(value)); });
    }
    // Unless the text is empty, which asks for all.
    void add_if(const std::string& condition, const std::string& value) {
        if (!value.empty()) {
            add(condition, value);
        }
    }
    [[nodiscard]] const std::string& text() const { return text_; }
    void bind(soci::statement& statement) const {
        for (const auto& use : uses_) {
            use(statement);
        }
    }

private:
    std::string text_;
    std::vector<std::function<void(soci::statement&)>> uses_;
};

// Names the index that a file's planner is to take, which knows no better; nothing for a server.
std::string by_index(const Database::Session& session, const char* index);

// Inserts those that are not there yet; what ends at once gets its entry in the chain.
void add_notifications(Database::Session& session, std::span<const NotificationRow> rows);

// The columns of a notification, and the places of their values: where a SELECT puts them, and
// where a write takes them from.
extern const char* const kNotificationColumns;
struct NotificationPlaces {
    NotificationRow row;
    long long created = 0, next_try = 0, use_by = 0, finished = 0;

    void set(const NotificationRow& from);
    void exchange(soci::statement& statement);
    [[nodiscard]] NotificationRow read() const;
};

// Every channel that notifications name, and when one of it is due.
std::vector<ChannelDue> select_waiting(Database::Session& session);

// Inserts a try unless it is there already.
void insert_attempt(Database::Session& session, const AttemptRow& row);

// Writes the votes on a signal, before its row: those on a story that is held follow it, and stay
// as they are from its admission on.
void write_votes(Database::Session& session, const SignalRow& row);

// Removes silences that ended before then, and acknowledgements of signals that are there no more.
void prune_operator(soci::session& sql, std::int64_t before_ns);

}  // namespace petrel::core
