// A voter in one file: a logistic model, read from a file, that says how sure it is of a signal.
//
// Copy the folder, rename it, and put your own model into vote(). It is a pure function of the
// figures that it asked for: no clock, no files, no memory of earlier votes. petrel reads the
// model's file and hands its text over.
#include <vector>

#include "logistic_model.hpp"
#include "petrel/voter.hpp"

namespace {

class LogisticVoter final : public petrel::Voter {
public:
    LogisticVoter(const petrel::Host& host, const petrel::Config& config)
        : read_(LogisticModel::read(config.text("model"))) {
        if (read_.ok()) {
            for (const LogisticModel::Term& term : read_->terms()) {
                inputs_.push_back(petrel::text_of(term.figure));
            }
            host.log(PETREL_LOG_INFO,
                     "logistic_voter: a model of " + std::to_string(inputs_.size()) + " figures");
        }
    }

    static petrel::PluginInfo describe() {
        petrel_parameter model =
            petrel::file_parameter("model", "file with the bias and a weight for each figure");
        model.flags = PETREL_PARAMETER_REQUIRED;
        return {"logistic_voter", "0.1.0", "your name", "Votes by a logistic model.", {model}};
    }

    // A model that cannot be read refuses the voter, with the line that is wrong.
    petrel::Status ready() const override { return read_.ok() ? petrel::Status() : read_.status(); }

    std::span<const petrel_text> inputs() const override { return inputs_; }

    petrel::Vote vote(std::span<const double> figures) const override {
        const LogisticModel::Answer answer = read_->judge(figures);
        return answer.known ? petrel::Vote::of(answer.vote, answer.figure)
                            : petrel::Vote::abstain(answer.figure);
    }

private:
    petrel::Result<LogisticModel> read_;
    std::vector<petrel_text> inputs_;  // point into the model
};

}  // namespace

PETREL_PLUGIN(LogisticVoter);
