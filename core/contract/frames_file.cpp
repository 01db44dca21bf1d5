// Each line is taken apart by the JSON library; a line that is no object of ours is a bare frame.
#include "contract/frames_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "config/closest.hpp"
#include "contract/contract_rows.hpp"
#include "petrel/abi/exchange.h"
#include "petrel/types.hpp"
#include "replay/line_reader.hpp"

namespace petrel::core {
namespace {

using LineJson = nlohmann::json;

constexpr std::int64_t kUntimed_ns = 1'794'000'000 * kNsPerSecond;  // of a frame without recv_ts

constexpr std::array<std::string_view, 7> kNotices{
    "", "ack", "subscribe_fail", "pong", "venue_error", "reconnect", "gap"};

// Takes lines apart; the first mistake of a line is kept, and what is read after it is not used.
class LineTaker {
public:
    LineTaker(FramesFile& file, const std::vector<std::string>& venues)
        : file_(file), venues_(venues) {}

    // What is wrong with the line, or "".
    std::string take(std::string_view text, const std::string& place) {
        wrong_.clear();
        FrameStep step;
        step.place = place;
        step.receive_ts_ns = kUntimed_ns;
        bool left_out = false;
        const LineJson object = LineJson::parse(text, nullptr, false);
        if (object.is_discarded() || !read_line(object, step, left_out)) {
            step.raw = text;
        }
        if (left_out) {
            file_.other_venue += object.contains("raw") ? 1 : 0;
            check_rows();
        } else {
            file_.steps.push_back(std::move(step));
        }
        return wrong_;
    }

private:
    void fail(std::string why) {
        if (wrong_.empty()) {
            wrong_ = std::move(why);
        }
    }
    template <std::size_t N>
    std::uint8_t index_of(const std::array<std::string_view, N>& words, const std::string& word,
                          const char* what) {
        for (std::size_t i = 0; i < N; ++i) {
            if (!words[i].empty() && words[i] == word) {
                return static_cast<std::uint8_t>(i);
            }
        }
        std::vector<std::string> known(words.begin(), words.end());
        std::string list;
        for (const std::string& name : known) {
            list += name.empty() ? "" : (list.empty() ? "" : ", ") + name;
        }
        const std::string near = did_you_mean(word, known);
        fail("'" + word.substr(0, 40) + "' is no " + what + (near.empty() ? "" : "; " + near) +
             ". There are: " + list);
        return 0;
    }

    std::uint8_t kind_of(const std::string& word) {
        std::array<std::string_view, PETREL_EVENT_KIND_END> words;
        for (std::size_t i = 0; i < words.size(); ++i) {
            words[i] = kind_name(static_cast<std::uint8_t>(i));
        }
        return index_of(words, word, "kind of event");
    }

    std::uint8_t side_of(const std::string& word) {
        std::array<std::string_view, PETREL_SIDE_SHORT + 1> words;
        for (std::size_t i = 0; i < words.size(); ++i) {
            words[i] = side_name(static_cast<std::uint8_t>(i));
        }
        return index_of(words, word, "side");
    }

    // A value of the object, of the type that is asked for.
    template <typename Value>
    std::optional<Value> value_of(const LineJson& object, const char* key) {
        const auto found = object.find(key);
        if (found == object.end()) {
            return std::nullopt;
        }
        try {
            return found->get<Value>();
        } catch (const LineJson::exception&) {
            fail(std::string("the value of \"") + key + "\" is of the wrong type");
            return std::nullopt;
        }
    }

    void only(const LineJson& object, std::initializer_list<const char*> known, const char* where) {
        if (!object.is_object()) {
            fail(std::string(where) + " must be an object");
        }
        const std::vector<std::string> names(known.begin(), known.end());
        for (const auto& [key, value] : object.items()) {
            if (std::find(names.begin(), names.end(), key) == names.end()) {
                const std::string near = did_you_mean(key, names);
                fail(std::string(where) + " has no key \"" + key.substr(0, 40) + "\"" +
                     (near.empty() ? "" : "; " + near));
            }
        }
    }

    // A number, or sixteen hexadecimal digits as `petrel plugin decode` prints a hashed id.
    std::optional<std::uint64_t> id_of(const LineJson& object) {
        const auto found = object.find("id");
        if (found == object.end() || !found->is_string()) {
            return value_of<std::uint64_t>(object, "id");
        }
        const auto text = found->get<std::string>();
        if (text.size() != 16 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
            fail("an id is a number or sixteen hexadecimal digits");
            return std::nullopt;
        }
        return std::stoull(text, nullptr, 16);
    }

    ExpectedEvent event_of(const LineJson& object) {
        only(object,
             {"kind", "venue", "instrument", "symbol", "side", "price", "quantity", "notional_usd",
              "exchange_ts_ns", "id", "count", "late"},
             "an expected event");
        ExpectedEvent event;
        event.kind = kind_of(value_of<std::string>(object, "kind").value_or(""));
        if (const auto side = value_of<std::string>(object, "side")) {
            event.side = side_of(*side);
        }
        event.instrument = value_of<std::string>(object, "instrument");
        event.symbol = value_of<std::string>(object, "symbol");
        event.price = value_of<double>(object, "price");
        event.quantity = value_of<double>(object, "quantity");
        event.notional_usd = value_of<double>(object, "notional_usd");
        event.exchange_ts_ns = value_of<std::int64_t>(object, "exchange_ts_ns");
        event.id = id_of(object);
        event.count = value_of<std::uint32_t>(object, "count");
        event.late = value_of<bool>(object, "late");
        return event;
    }

    Expectation expectation_of(const LineJson& object) {
        only(object, {"events", "notices", "rejected"}, "\"expect\"");
        Expectation expect;
        for (const LineJson& event :
             value_of<LineJson>(object, "events").value_or(LineJson::array())) {
            expect.events.push_back(event_of(event));
        }
        for (const LineJson& notice :
             value_of<LineJson>(object, "notices").value_or(LineJson::array())) {
            only(notice, {"type", "text"}, "an expected notice");
            expect.notices.push_back(
                {index_of(kNotices, value_of<std::string>(notice, "type").value_or(""), "notice"),
                 value_of<std::string>(notice, "text").value_or("")});
        }
        expect.rejected = value_of<std::string>(object, "rejected");
        return expect;
    }

    ExpectedGap gap_of(const LineJson& object) {
        only(object, {"instrument", "kind", "first_id", "last_id", "from_ns", "to_ns"},
             "\"backfill\"");
        ExpectedGap gap;
        gap.instrument = value_of<std::string>(object, "instrument").value_or("");
        gap.kind = kind_of(value_of<std::string>(object, "kind").value_or("trade"));
        gap.first_id = value_of<std::uint64_t>(object, "first_id").value_or(0);
        gap.last_id = value_of<std::uint64_t>(object, "last_id").value_or(0);
        gap.from_ns = value_of<std::int64_t>(object, "from_ns").value_or(0);
        gap.to_ns = value_of<std::int64_t>(object, "to_ns").value_or(0);
        return gap;
    }

    void read_replies(const LineJson& object, FrameStep& step) {
        const auto reply = object.find("reply");
        if (reply == object.end()) {
            fail("\"reply\" is missing: the text that the venue answers");
            return;
        }
        if (reply->is_array()) {
            step.replies =
                value_of<std::vector<std::string>>(object, "reply").value_or(step.replies);
        } else {
            step.replies.push_back(value_of<std::string>(object, "reply").value_or(""));
        }
        if (step.replies.empty()) {
            fail("\"reply\" is an empty list");
        }
        step.http_status = value_of<std::uint32_t>(object, "status").value_or(200);
    }

    void read_frame(const LineJson& object, FrameStep& step) {
        only(object, {"recv_ts", "venue", "raw", "connection", "split", "shows", "expect", "note"},
             "a frame's line");
        step.raw = value_of<std::string>(object, "raw").value_or("");
        step.connection = value_of<std::uint32_t>(object, "connection").value_or(0);
        step.split = value_of<std::vector<std::string>>(object, "split").value_or(step.split);
        step.shows = value_of<std::string>(object, "shows").value_or("");
        constexpr std::array<std::string_view, 2> kShown{"heartbeat", "unknown"};
        if (!step.shows.empty()) {
            (void)index_of(kShown, step.shows, "value of \"shows\"");
        }
        const auto received = object.find("recv_ts");
        if (received != object.end() && received->is_number()) {
            step.receive_ts_ns = std::llround(received->get<double>() * 1e6) * 1'000;
        }
    }

    // False when the line is no object of this format, and therefore a bare frame.
    bool read_line(const LineJson& object, FrameStep& step, bool& left_out) {
        if (!object.is_object()) {
            return false;
        }
        const auto has = [&](const char* key) { return object.contains(key); };
        const bool replies = has("discovery") || has("poll") || has("backfill");
        if (has("raw") && has("venue")) {
            const std::string venue = value_of<std::string>(object, "venue").value_or("");
            left_out = std::find(venues_.begin(), venues_.end(), venue) == venues_.end();
            if (left_out) {
                return true;
            }
            read_frame(object, step);
        } else if (replies && has("reply")) {
            only(object, {"discovery", "poll", "backfill", "reply", "status", "expect", "note"},
                 "a reply's line");
            if (has("backfill")) {
                step.kind = FrameStep::Kind::Backfill;
                step.gap = gap_of(object["backfill"]);
            } else {
                step.kind = has("poll") ? FrameStep::Kind::Poll : FrameStep::Kind::Discovery;
                step.target =
                    value_of<std::string>(object, has("poll") ? "poll" : "discovery").value_or("");
            }
            read_replies(object, step);
        } else if (has("reopen")) {
            step.kind = FrameStep::Kind::Reopen;
            step.connection = value_of<std::uint32_t>(object, "reopen").value_or(0);
        } else if (has("not_applicable")) {
            using Reasons = std::map<std::string, std::string>;
            for (const auto& [row, why] :
                 value_of<Reasons>(object, "not_applicable").value_or(Reasons())) {
                file_.not_applicable[row] = why;
            }
            left_out = true;
        } else {
            return false;
        }
        if (has("expect")) {
            step.expect = expectation_of(object["expect"]);
        }
        return true;
    }

    void check_rows() {
        std::vector<std::string> known;
        for (const RowText& row : contract_rows()) {
            known.emplace_back(row.id);
        }
        for (const auto& [row, why] : file_.not_applicable) {
            if (std::find(known.begin(), known.end(), row) == known.end()) {
                const std::string near = did_you_mean(row, known);
                fail("there is no row '" + row.substr(0, 40) + "'" +
                     (near.empty() ? "" : "; " + near));
            }
            if (why.empty()) {
                fail("row '" + row + "' is called not applicable without a reason");
            }
        }
    }

    FramesFile& file_;
    const std::vector<std::string>& venues_;
    std::string wrong_;
};

}  // namespace

Result<FramesFile> read_frames_file(const std::string& path,
                                    const std::vector<std::string>& venues) {
    Result<std::unique_ptr<LineReader>> lines = LineReader::open(path);
    if (!lines.ok()) {
        return lines.status();
    }
    FramesFile file;
    file.path = path;
    LineTaker taker(file, venues);
    std::string_view text;
    for (;;) {
        Result<bool> more = (*lines)->next(text);
        if (!more.ok()) {
            return more.status();
        }
        if (!*more) {
            break;
        }
        if (text.empty()) {
            continue;
        }
        if (const std::string wrong = taker.take(text, (*lines)->place()); !wrong.empty()) {
            return Status::invalid((*lines)->place() + ": " + wrong);
        }
    }
    if (file.steps.empty()) {
        return Status::invalid(path + " holds no frame of this venue" +
                               (file.other_venue > 0 ? ", only frames of others" : "") +
                               ". The venue of a line must be the plugin's name or an alias of it");
    }
    return file;
}

}  // namespace petrel::core
