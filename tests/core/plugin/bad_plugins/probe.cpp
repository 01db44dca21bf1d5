// A good plugin that shows what it was given: it logs every value and counts its instances.
#include <string>

#include "petrel/detector.hpp"

namespace {

petrel_parameter bounded(std::uint32_t type, std::string_view name, double least, double most) {
    petrel_parameter p = petrel::parameter(type, name, "", "a bounded value");
    p.minimum = least;
    p.maximum = most;
    p.default_number = least;
    return p;
}

petrel_parameter text(std::string_view name, std::uint32_t flags) {
    petrel_parameter p = petrel::parameter(PETREL_PARAMETER_TEXT, name, "", "a text");
    p.flags = flags;
    p.default_text = petrel::text_of(flags == 0 ? "usual" : "");
    return p;
}

petrel_parameter count() {
    petrel_parameter p = bounded(PETREL_PARAMETER_INTEGER, "count", 1, 9);
    p.flags = PETREL_PARAMETER_PER_GROUP;
    return p;
}

}  // namespace

class Probe : public petrel::Detector {
public:
    Probe(petrel::Host host, petrel::Config config) : host_(host) {
        for (std::uint32_t group = 0; group < config.group_count(); ++group) {
            say("min_usd", std::to_string(config.number("min_usd", group)));
            say("count", std::to_string(config.number("count", group)));
        }
        for (const char* name : {"window", "share", "flag"}) {
            say(name, std::to_string(config.number(name)));
        }
        say("label", config.text("label"));
        say("token", std::to_string(config.text("token").size()) + " bytes");
        say("undeclared", std::to_string(config.number("undeclared")));
    }
    ~Probe() override { say("gone", ""); }

    static petrel::PluginInfo describe() {
        return {"probe",
                "1.2",
                "petrel",
                "shows its configuration",
                {petrel::usd_minimum_per_group("min_usd", "least value"), count(),
                 bounded(PETREL_PARAMETER_DURATION, "window", 1'000, 60'000),
                 bounded(PETREL_PARAMETER_NUMBER, "share", 0, 1),
                 petrel::parameter(PETREL_PARAMETER_BOOLEAN, "flag", "", "a switch"),
                 text("label", 0), text("token", PETREL_PARAMETER_SECRET)}};
    }
    static std::span<const petrel_text> finding_types() { return {}; }
    [[nodiscard]] std::vector<petrel_interest> interests() const override { return {}; }
    void on_events(const petrel::EventBatch&, const petrel::WindowView&,
                   petrel::FindingOut&) override {}

private:
    void say(std::string_view name, const std::string& value) const {
        host_.log(PETREL_LOG_INFO, std::string(name) + "=" + value);
    }
    petrel::Host host_;
};

PETREL_PLUGIN(Probe);
