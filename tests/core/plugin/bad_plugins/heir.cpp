// A detector that counts the liquidations of each symbol and tells the count at every one, so that
// a lost or doubled event shows. Its versions differ by what libraries.cmake defines.
#include <vector>

#include "petrel/detector.hpp"

#ifndef HEIR_VERSION
#define HEIR_VERSION "1"
#endif

class Heir : public petrel::Detector {
public:
    Heir(petrel::Host host, petrel::Config config)
        : host_(host), groups_(config.group_count()), horizon_ms_(config.number("horizon")),
          trades_from_usd_(config.number("trades_from_usd")) {}
    ~Heir() override { host_.log(PETREL_LOG_INFO, "gone " HEIR_VERSION); }

    static petrel::PluginInfo describe() {
        petrel_parameter horizon =
            petrel::parameter(PETREL_PARAMETER_DURATION, "horizon", "ms", "how long kept");
        horizon.default_number = 30'000;
        petrel_parameter trades =
            petrel::parameter(PETREL_PARAMETER_NUMBER, "trades_from_usd", "USD", "least trade");
        trades.default_number = 1'000;
        std::vector<petrel_parameter> all{horizon, trades};
#ifdef HEIR_PARAMETER
        petrel_parameter fresh =
            petrel::parameter(PETREL_PARAMETER_NUMBER, "fresh", "", "a value not there before");
        fresh.flags = PETREL_PARAMETER_REQUIRED;
        all.push_back(fresh);
#endif
        return {"heir", HEIR_VERSION, "petrel", "counts", all};
    }
    static std::span<const petrel_text> finding_types() {
#ifdef HEIR_MORE_TYPES
        static constexpr petrel_text types[] = {petrel::text_of("HEIR"),
                                                petrel::text_of("HEIR_MORE")};
#elif defined(HEIR_OTHER_TYPES)
        static constexpr petrel_text types[] = {petrel::text_of("HEIR_OTHER")};
#else
        static constexpr petrel_text types[] = {petrel::text_of("HEIR")};
#endif
        return types;
    }
    [[nodiscard]] std::vector<petrel_interest> interests() const override {
        std::vector<petrel_interest> all;
        for (std::uint32_t group = 0; group < groups_; ++group) {
            const auto horizon_ms = static_cast<std::uint32_t>(horizon_ms_);
            all.push_back(petrel::interest(petrel::EventKind::Liquidation, group, horizon_ms, 0));
            all.push_back(
                petrel::interest(petrel::EventKind::Trade, group, horizon_ms, trades_from_usd_));
        }
        return all;
    }
    void on_events(const petrel::EventBatch& batch, const petrel::WindowView&,
                   petrel::FindingOut& out) override {
        counts_.resize(std::max<std::size_t>(counts_.size(), batch.symbol() + 1U));
        for (std::uint32_t i = 0; i < batch.size(); ++i) {
            petrel_finding finding{};
            finding.type = static_cast<std::uint32_t>(finding_types().size() - 1);
            finding.phase = PETREL_PHASE_SINGLE;
            finding.side = PETREL_SIDE_LONG;
            finding.at_ns = batch[i].exchange_ts_ns;
            finding.onset_ns = finding.at_ns;
            finding.notional_usd = static_cast<double>(++counts_[batch.symbol()]);
            out.emit(finding, {});
        }
    }
#ifndef HEIR_STATELESS
    void save_state(petrel::StateWriter& out) const {
        for (const std::uint64_t count : counts_) {
            out.u64(count);
        }
#ifdef HEIR_HUGE
        for (std::uint64_t at = 0; at <= PETREL_STATE_BYTES_MAX; at += 8) {
            out.u64(at);
        }
#endif
    }
    petrel::Status load_state(petrel::StateReader& in) {
#ifdef HEIR_REFUSES
        return petrel::Status::rejected("of another house, " + std::to_string(in.left()));
#elif defined(HEIR_IGNORES)
        (void)in;
        return petrel::state_of_no_use();
#else
        while (in.left() >= 8) {
            counts_.push_back(in.u64());
        }
        return {};
#endif
    }
#endif

private:
    petrel::Host host_;
    std::uint32_t groups_;
    double horizon_ms_;
    double trades_from_usd_;
    std::vector<std::uint64_t> counts_;  // by symbol
};

PETREL_PLUGIN(Heir);
