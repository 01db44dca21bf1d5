// A cluster holds when the whale trades in (t - window, t] reach the USD minimum over both sides,
// one side has the wanted share of that, and that side alone has the least number of trades. Only
// one side can cluster at a time. It is judged at every whale trade of the symbol: one of the
// smaller side also carries an update, since the cluster then still holds.
#include "whale_cluster.hpp"

#include <algorithm>
#include <cmath>

namespace petrel::whale_cluster {
namespace {

petrel_parameter window_parameter() {
    petrel_parameter p = parameter(PETREL_PARAMETER_DURATION, "window", "ms",
                                   "how far back whale trades are added up");
    p.flags = PETREL_PARAMETER_REQUIRED;
    p.minimum = 1'000;
    p.maximum = 3'600'000;
    return p;
}

petrel_parameter min_trades_parameter() {
    petrel_parameter p = parameter(PETREL_PARAMETER_INTEGER, "min_trades", "trades",
                                   "least number of whale trades of the larger side");
    p.flags = PETREL_PARAMETER_PER_GROUP | PETREL_PARAMETER_REQUIRED;
    p.minimum = 1;
    p.maximum = 1e6;
    return p;
}

petrel_parameter min_dominance_parameter() {
    petrel_parameter p = parameter(PETREL_PARAMETER_NUMBER, "min_dominance", "",
                                   "least share of the larger side, 0.5 to 1");
    p.flags = PETREL_PARAMETER_REQUIRED;
    p.minimum = 0.5;
    p.maximum = 1.0;
    return p;
}

}  // namespace

WhaleCluster::WhaleCluster(const Host& host, const Config& config) {
    (void)host;
    const double window_ms = config.number("window");
    window_ms_ = window_ms >= 1 ? static_cast<std::uint32_t>(window_ms) : 0;
    min_dominance_ = config.number("min_dominance");
    for (std::uint32_t group = 0; group < config.group_count(); ++group) {
        minima_.push_back({config.number("trade_min_usd", group), config.number("min_usd", group),
                           config.number("min_trades", group)});
    }
}

PluginInfo WhaleCluster::describe() {
    return {
        "whale_cluster",
        "1.0.0",
        "petrel",
        "Reports when whale trades cluster on one side within the window.",
        {window_parameter(),
         usd_minimum_per_group("trade_min_usd", "least value of a trade that counts as a whale's"),
         usd_minimum_per_group("min_usd", "least sum of both sides' whale trades in the window"),
         min_trades_parameter(), min_dominance_parameter()}};
}

std::span<const petrel_text> WhaleCluster::finding_types() {
    static constexpr petrel_text types[] = {text_of("WHALE_CLUSTER")};
    return types;
}

Status WhaleCluster::ready() const {
    const bool complete = std::all_of(minima_.begin(), minima_.end(), [](const Minima& minima) {
        return minima.trade_usd > 0 && std::isfinite(minima.trade_usd) &&
               std::isfinite(minima.usd) && std::isfinite(minima.trades);
    });
    if (window_ms_ == 0 || !std::isfinite(min_dominance_) || !complete) {
        return Status::invalid(
            "whale_cluster: window, min_dominance, min_usd, min_trades and a trade_min_usd above 0 "
            "must be set for every symbol group; give at least MID_CAP figures");
    }
    return {};
}

std::vector<petrel_interest> WhaleCluster::interests() const {
    std::vector<petrel_interest> all;
    for (std::uint32_t group = 0; group < minima_.size(); ++group) {
        all.push_back(interest(EventKind::Trade, group, window_ms_, minima_[group].trade_usd));
    }
    return all;
}

void WhaleCluster::save_state(StateWriter& out) const {
    save_stories(stories_, std::array{&Stories::buys, &Stories::sells}, out);
}

Status WhaleCluster::load_state(StateReader& in) {
    return load_stories(stories_, std::array{&Stories::buys, &Stories::sells}, in);
}

void WhaleCluster::on_events(const EventBatch& batch, const WindowView& view, FindingOut& out) {
    if (batch.group() >= minima_.size()) {
        return;
    }
    if (batch.symbol() >= stories_.size()) {
        stories_.resize(std::size_t{batch.symbol()} + 1);
    }
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        on_whale(batch, i, view, out);
    }
}

void WhaleCluster::on_whale(const EventBatch& batch, std::uint32_t index, const WindowView& view,
                            FindingOut& out) {
    const Minima& minima = minima_[batch.group()];
    const WindowQuery query{EventKind::Trade, window_ms_, minima.trade_usd, PETREL_VENUE_ALL};
    const MarketEvent& event = batch[index];
    if (!covers(query, event, batch.now_ns())) {
        return;
    }
    const petrel_window_sum sum = sum_at(batch, index, view, query);
    const Side clustering = cluster_of(sum, minima);
    Stories& stories = stories_[batch.symbol()];
    if (clustering != Side::Buy) {
        stories.buys.end();
    }
    if (clustering != Side::Sell) {
        stories.sells.end();
    }
    if (clustering == Side::None) {
        return;
    }
    Story& story = clustering == Side::Buy ? stories.buys : stories.sells;
    petrel_finding finding = describe_cluster(event, sum, clustering);
    finding.phase = story.holds_at(event.exchange_ts_ns, window_ms_);
    finding.onset_ns = story.onset_ns();
    finding.threshold_usd = minima.usd;
    finding.window_ms = window_ms_;
    const auto evidence = evidence_at(event, finding.side, view.events(query, listed_));
    for (const MarketEvent& seen : evidence) {
        finding.flags |= seen.flags & PETREL_FLAG_SAMPLED;
    }
    out.emit(finding, evidence);
}

Side WhaleCluster::cluster_of(const petrel_window_sum& sum, const Minima& minima) const {
    const double both_usd = sum.first_notional_usd + sum.second_notional_usd;
    const bool balanced = sum.first_notional_usd == sum.second_notional_usd;
    if (balanced || !(both_usd >= minima.usd) || !(dominance_of(sum) >= min_dominance_)) {
        return Side::None;
    }
    const Side larger = sum.first_notional_usd > sum.second_notional_usd ? Side::Buy : Side::Sell;
    const auto trades = static_cast<double>(side_of(sum, larger).count);
    return trades >= minima.trades ? larger : Side::None;
}

petrel_finding WhaleCluster::describe_cluster(const MarketEvent& event,
                                              const petrel_window_sum& sum, Side side) {
    const SideSum own = side_of(sum, side);
    petrel_finding finding{};
    finding.side = static_cast<std::uint8_t>(side);
    finding.venue = sum.venue_count > 1 ? PETREL_VENUE_ALL : event.venue;
    finding.flags = sum.flags & PETREL_FLAG_SAMPLED;
    finding.events = static_cast<std::uint32_t>(own.count);
    finding.at_ns = event.exchange_ts_ns;
    finding.notional_usd = own.notional_usd;
    finding.price = own.mean_price(event.price);
    finding.dominance = dominance_of(sum);
    return finding;
}

}  // namespace petrel::whale_cluster

PETREL_PLUGIN(petrel::whale_cluster::WhaleCluster);
