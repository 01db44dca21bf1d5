// What nine venues share: clients subscribe to topics, each a channel of one contract or of all,
// and the events of a step are told topic by topic.
//
// A venue names its channels, writes its frames, reads its requests and answers REST; the rest is
// here. An event that nobody can be told reaches the ledger all the same. Owned by the world, on
// the simulator's thread.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "venue_server.hpp"

namespace petrel::sim {

// In ms of the market; 0: at once, with the step.
struct Pace {
    std::int64_t trades_ms = 0;
    std::int64_t liquidations_ms = 0;
    std::int64_t states_ms = 1000;  // states are told anew at this pace
};

class ChannelServer : public VenueServer {
public:
    ChannelServer(Market& market, Hub& hub, Pace pace);

    void on_event(const MarketEvent& event) final;
    void on_tick(std::int64_t now_ms) override;
    void on_open(Client& client) override;
    void on_message(Client& client, std::string_view text) final;

protected:
    using Events = std::span<const MarketEvent>;
    struct Place {
        std::size_t channel = 0;
        std::optional<std::size_t> symbol;  // none: the topic is of all contracts
    };

    // A topic for each listed contract, called as `name` says; then one of all contracts.
    using NameOf = std::function<std::string(std::string_view native)>;
    void add_channel(std::size_t channel, std::string_view word, const NameOf& name);
    void add_shared(std::size_t channel, std::string_view word, const std::string& name);

    // What a frame of these events is about.
    [[nodiscard]] Cargo cargo(std::size_t symbol, Events events = {}) const;
    template <typename Make>
    void tell(std::size_t channel, std::size_t symbol, Events events, Make&& make) {
        hub_.tell(stream(channel, symbol), cargo(symbol, events), std::forward<Make>(make));
    }
    [[nodiscard]] Hub::StreamId stream(std::size_t channel, std::size_t symbol) const;
    [[nodiscard]] std::optional<Place> place_of(const std::string& topic) const;
    // False where there is no such topic.
    bool subscribe(Client& client, const std::string& topic);
    bool unsubscribe(Client& client, const std::string& topic);

    [[nodiscard]] Venue venue() const { return hub_.venue(); }
    [[nodiscard]] const std::vector<std::size_t>& listed() const { return listed_; }
    [[nodiscard]] const Listing& listing(std::size_t symbol) const {
        return *market_.listing(venue(), symbol);
    }
    [[nodiscard]] const Quote& quote(std::size_t symbol) const {
        return market_.quote(venue(), symbol);
    }
    [[nodiscard]] std::optional<std::size_t> find_native(std::string_view native) const;
    // Trades that are remembered, oldest first, at most `most` of the latest that fit.
    using Fits = std::function<bool(const MarketEvent&)>;
    [[nodiscard]] std::vector<MarketEvent> latest_trades(std::size_t symbol, std::size_t most,
                                                         const Fits& fits = {}) const;
    // Trades, and behind them the liquidations that those of them are which are marked.
    [[nodiscard]] static std::vector<MarketEvent> with_liquidations(Events trades);
    // The price that a liquidation is told at by venues that tell the bankruptcy price.
    [[nodiscard]] double bankruptcy_price(const MarketEvent& order) const;

    virtual void read(Client& client, std::string_view text) = 0;
    virtual void greet(Client&) {}
    virtual void tell_trades(std::size_t symbol, Events trades) = 0;
    virtual void tell_liquidations(std::size_t, Events) {}
    // All that moves slowly: mark price, funding, open interest. `marks` is what is new of it.
    virtual void tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) = 0;
    virtual void tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) = 0;
    virtual void each_second(std::int64_t) {}

private:
    struct Waiting {
        std::vector<MarketEvent> trades;
        std::vector<MarketEvent> liquidations;
        std::vector<MarketEvent> marks;
    };
    void flush(std::size_t symbol, std::int64_t now_ms);

    Pace pace_;
    std::vector<std::size_t> listed_;
    std::vector<Waiting> waiting_;
    std::vector<std::vector<Hub::StreamId>> streams_;  // by channel, then symbol
    std::unordered_map<std::string, Place> places_;
    std::int64_t before_ms_ = 0;
};

// A field that is text; empty where it is absent, of another type, or `object` is none.
std::string text_of(const nlohmann::json& object, const char* name);
// The texts of a field that is a list of them; others are left out.
std::vector<std::string> texts_of(const nlohmann::json& object, const char* name);
HttpReply not_served();
// Of a REST request: a whole number, `fallback` where it is absent or no number.
std::int64_t whole_parameter(const HttpRequest& request, std::string_view name,
                             std::int64_t fallback);
// 2026-11-06T22:40:00.704Z, and back; nothing for what is no such time.
std::string iso_time(std::int64_t ms);
std::optional<std::int64_t> parse_iso_ms(std::string_view text);
// A UUID that is always the same for the same two numbers.
std::string uuid_of(std::uint64_t one, std::uint64_t two);
// The rows of a JSON list.
template <typename Rows, typename Write>
std::string json_list(const Rows& rows, Write&& write) {
    std::string out = "[";
    for (const auto& row : rows) {
        if (out.size() > 1) {
            out += ',';
        }
        out += write(row);
    }
    return out += ']';
}

}  // namespace petrel::sim
