// A whole detector in one file: tells when the price of a symbol crosses a multiple of `step`.
//
// Copy the folder, rename it, and change on_events(). It is a pure function of the events: no
// clock, no files, no threads; what it remembers is one number a symbol.
#include <cmath>

#include "petrel/detector.hpp"

namespace {

using petrel::EventKind;

class HelloDetector final : public petrel::Detector {
public:
    HelloDetector(const petrel::Host& host, const petrel::Config& config)
        : step_(config.number("step")), groups_(config.group_count()) {
        host.log(PETREL_LOG_INFO, "hello_detector: watching for steps of the price");
    }

    // What the plugin is and which values of the configuration it understands. The host checks
    // the user's file against it, so that the constructor sees good values only.
    static petrel::PluginInfo describe() {
        petrel_parameter step =
            petrel::parameter(PETREL_PARAMETER_NUMBER, "step", "USD", "distance of the steps");
        step.flags = PETREL_PARAMETER_REQUIRED;
        step.minimum = 0.000001;
        step.maximum = 1e9;
        return {
            "hello_detector", "0.1.0", "your name", "Tells when the price crosses a step.", {step}};
    }

    static std::span<const petrel_text> finding_types() {
        static constexpr petrel_text types[] = {petrel::text_of("PRICE_STEP")};
        return types;
    }

    // Which events it must see: every trade, of the symbols of every group.
    std::vector<petrel_interest> interests() const override {
        std::vector<petrel_interest> all;
        for (std::uint32_t group = 0; group < groups_; ++group) {
            all.push_back(petrel::interest(EventKind::Trade, group, 0, 0));
        }
        return all;
    }

    void on_events(const petrel::EventBatch& batch, const petrel::WindowView&,
                   petrel::FindingOut& out) override {
        if (batch.symbol() >= last_steps_.size()) {
            last_steps_.resize(batch.symbol() + std::size_t{1}, std::nan(""));
        }
        double& last = last_steps_[batch.symbol()];
        for (std::uint32_t i = 0; i < batch.size(); ++i) {
            const petrel::MarketEvent& trade = batch[i];
            const double now = std::floor(trade.price / step_);
            if (now != last && !std::isnan(last)) {
                petrel_finding finding{};
                finding.phase = PETREL_PHASE_SINGLE;
                finding.side = now > last ? PETREL_SIDE_BUY : PETREL_SIDE_SELL;
                finding.venue = trade.venue;
                finding.events = 1;
                finding.onset_ns = trade.exchange_ts_ns;
                finding.at_ns = trade.exchange_ts_ns;
                finding.notional_usd = trade.notional_usd;
                finding.price = trade.price;
                out.emit(finding, {&trade, 1});
            }
            last = now;
        }
    }

    // What is remembered goes on when the library is replaced while petrel runs (petrel plugin
    // reload): the old instance writes it, the new one reads it, perhaps with other code.
    void save_state(petrel::StateWriter& out) const {
        out.u32(kLayout);
        out.u32(static_cast<std::uint32_t>(last_steps_.size()));
        for (const double last : last_steps_) {
            out.f64(last);
        }
    }
    // Never trust the bytes: they may come of a version that had another idea of them.
    petrel::Status load_state(petrel::StateReader& in) {
        const std::uint32_t layout = in.u32();
        const std::size_t symbols = in.u32();
        if (layout != kLayout || in.left() != symbols * sizeof(double)) {
            return petrel::Status::rejected("hello_detector: the state is none of this version");
        }
        for (std::size_t i = 0; i < symbols; ++i) {
            const double last = in.f64();
            if (std::isinf(last) || (!std::isnan(last) && std::floor(last) != last)) {
                return petrel::Status::rejected("hello_detector: a step in the state is not whole");
            }
            last_steps_.push_back(last);
        }
        return {};
    }

private:
    static constexpr std::uint32_t kLayout = 1;

    double step_;
    std::uint32_t groups_;
    std::vector<double> last_steps_;  // by symbol: how many whole steps the last price was
};

}  // namespace

PETREL_PLUGIN(HelloDetector);
