// A benchmark that cannot load what it measures ends with the reason: a figure of nothing is worse
// than none.
#include "engine.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace petrel::bench {
namespace {

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "petrel_bench: %s\n", why.c_str());
    std::exit(1);
}

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) {
        give_up(result.status().message());
    }
    return std::move(result).value();
}

core::ExchangeInstance make_adapter(const std::string& venue) {
    const core::LoadedPlugin* plugin = setup().registry.find(core::PluginKind::Exchange, venue);
    if (plugin == nullptr) {
        give_up("there is no exchange plugin " + venue + " in " PETREL_PLUGIN_DIR);
    }
    core::PluginConfig unwritten;
    unwritten.name = venue;
    unwritten.plugin = venue;
    core::Problems problems;
    return must(core::ExchangeInstance::create(
        *plugin, venue, core::resolve_plugin_config(*plugin, unwritten, setup().config, problems)));
}

}  // namespace

std::int64_t cpu_now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

const core::PluginSetup& setup() {
    static const core::PluginSetup loaded = [] {
        core::LoadOptions options;
        options.settings = {"rules.directory=" PETREL_SOURCE_DIR "/rules/default"};
        core::PluginSetup made = core::load_setup(options, {PETREL_PLUGIN_DIR});
        if (core::has_errors(made.problems)) {
            give_up(core::render(made.problems));
        }
        return made;
    }();
    return loaded;
}

Engine::Engine(const std::string& venue, std::size_t feeds)
    : registry_(core::group_function(setup().config)), normaliser_(registry_),
      detectors_(must(core::make_detectors(setup()))), room_(2'048) {
    for (std::size_t i = 0; i < feeds; ++i) {
        core::ExchangeInstance adapter = make_adapter(venue);
        const std::string name = i == 0 ? venue : venue + std::to_string(i);
        const core::VenueId id = registry_.add_venue(core::venue_entry(name, adapter.table()));
        feeds_.push_back({std::move(adapter), id});
    }
    shard_ = std::make_unique<core::Shard>(core::shard_options(setup().config),
                                           detectors_.handles(), registry_, sink_);
    shard_->use_rules(must(core::load_rules(setup().config)), core::rule_budget(setup().config));
    events_.reserve(4'096);
    out_.size = sizeof(out_);
    out_.capacity = static_cast<std::uint32_t>(room_.size());
    out_.stride = sizeof(MarketEvent);
    out_.events = room_.data();
    out_.context = this;
    out_.flush = [](petrel_decode_out* o) {
        static_cast<Engine*>(o->context)->take();
        return static_cast<std::int32_t>(PETREL_OK);
    };
    out_.instrument = [](petrel_decode_out* o, const petrel_instrument* instrument) {
        auto& self = *static_cast<Engine*>(o->context);
        return self.registry_.add(self.venue_, *instrument);
    };
    out_.notice = [](petrel_decode_out*, const petrel_notice*) {};
    out_.request = [](petrel_decode_out*, const petrel_http_request*) {};
}

void Engine::list(std::string_view reply) {
    for (const Feed& feed : feeds_) {
        venue_ = feed.venue;
        petrel_error error;
        error.size = sizeof(error);
        petrel_reply abi{};
        abi.size = sizeof(abi);
        abi.http_status = 200;
        abi.purpose = PETREL_REQUEST_DISCOVERY;
        abi.instrument = PETREL_NO_INSTRUMENT;
        abi.data = reply.data();
        abi.length = reply.size();
        if (feed.adapter.table().on_reply(feed.adapter.handle(), &abi, &out_, &error) < 0) {
            give_up("the adapter refused its list of instruments");
        }
    }
}

void Engine::renew() {
    constexpr std::uint64_t id_step = 1'000'000'007;
    id_shift_ += id_step;
    shift_ns_ += last_ns_ - first_ns_ + kNsPerMs;
    first_ns_ = last_ns_ + kNsPerMs;
}

void Engine::take() {
    for (std::uint32_t i = 0; i < out_.count; ++i) {
        MarketEvent& event = room_[i];
        if (first_ns_ == 0) {
            first_ns_ = event.exchange_ts_ns;
        }
        event.exchange_ts_ns += shift_ns_;
        event.id += event.id == 0 ? 0 : id_shift_;
        last_ns_ = std::max(last_ns_, event.exchange_ts_ns);
    }
    const std::size_t kept = normaliser_.accept(venue_, {out_.events, out_.count});
    events_.insert(events_.end(), out_.events, out_.events + kept);
    kept_ += kept;
    out_.count = 0;
}

std::size_t Engine::decode(std::string_view frame, std::size_t feed) {
    events_.clear();
    kept_ = 0;
    const core::ExchangeInstance& adapter = feeds_[feed].adapter;
    venue_ = feeds_[feed].venue;
    petrel_error error;
    error.size = sizeof(error);
    const petrel_frame abi{sizeof(petrel_frame), 0, frame.data(), frame.size(), 0};
    if (adapter.table().on_frame(adapter.handle(), &abi, &out_, &error) < 0) {
        ++rejected_;
    }
    if (out_.count > 0) {
        take();
    }
    return kept_;
}

}  // namespace petrel::bench
