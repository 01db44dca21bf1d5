// A voter for tests that says what it is told to: right, wrong, or in the wrong way.
#include <stdexcept>

#include "petrel/voter.hpp"

namespace {

class Opinion final : public petrel::Voter {
public:
    Opinion(const petrel::Host& host, const petrel::Config& config)
        : figure_(config.text("figure")), scale_(config.number("scale")),
          mode_(static_cast<int>(config.number("mode"))) {
        host.log(PETREL_LOG_INFO, "model of " + std::to_string(config.text("model").size()) +
                                      " bytes: " + config.text("model").substr(0, 20));
        names_[0] = petrel::text_of(figure_);
    }
    Opinion(const Opinion&) = delete;
    Opinion& operator=(const Opinion&) = delete;

    static petrel::PluginInfo describe() {
        petrel_parameter figure =
            petrel::parameter(PETREL_PARAMETER_TEXT, "figure", "", "what it votes by");
        figure.default_text = petrel::text_of("finding.volume_usd");
        petrel_parameter scale =
            petrel::parameter(PETREL_PARAMETER_NUMBER, "scale", "", "divides the figure");
        scale.default_number = 1;
        return {"opinion",
                "1.0.0",
                "tests",
                "Votes as it is told to.",
                {figure, scale,
                 petrel::parameter(PETREL_PARAMETER_INTEGER, "mode", "", "0: votes, else not"),
                 petrel::file_parameter("model", "anything")}};
    }

    std::span<const petrel_text> inputs() const override { return names_; }

    petrel::Vote vote(std::span<const double> values) const override {
        switch (mode_) {
            case 0:
                return petrel::Vote::of(values[0] / scale_, "as\ttold");
            case 1:
                return petrel::Vote::abstain("no idea");
            case 2:
                return petrel::Vote::of(1.5, "too sure");
            default:
                throw std::runtime_error("the model is broken");
        }
    }

private:
    std::string figure_;
    double scale_;
    int mode_;
    petrel_text names_[1];
};

}  // namespace

PETREL_PLUGIN(Opinion);
