// Numbers are compared as they are, not as they are printed.
#include "cli/explain_again.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/stored_checks.hpp"
#include "pipeline_parts.hpp"
#include "pipeline_rules.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"
#include "script/rule_vm.hpp"
#include "signal/signal_inputs.hpp"

namespace petrel::core {
namespace {

using Stored = nlohmann::ordered_json;

struct StoredInputs {
    std::vector<SignalInput> numbers;
    std::vector<SignalText> texts;
    std::vector<RuleAnswer> answers;
    std::vector<RuleTerm> state;
};

// What the windows were asked and answered, under the words of the question.
Status read_answers(const Stored& document, std::vector<RuleAnswer>& answers) {
    const Stored window = document.value("window", Stored::object());
    for (const auto& [words, numbers] : window.items()) {
        const Result<RuleQuestion> question = read_question(words);
        if (!question.ok()) {
            return Status::invalid("a figure of the windows cannot be read: " +
                                   question.status().message());
        }
        RuleAnswer answer{*question, {}};
        for (std::size_t i = 0; i < std::min(numbers.size(), answer.numbers.size()); ++i) {
            answer.numbers[i] = numbers[i].get<double>();
        }
        answers.push_back(answer);
    }
    return {};
}

Result<StoredInputs> inputs_of(const Stored& document) {
    if (!document.is_object() || !document.contains("inputs") ||
        !document.contains("input_texts")) {
        return Status::invalid(
            "this signal was stored by a petrel that did not keep all that the rules were given");
    }
    StoredInputs inputs;
    for (const auto& [name, value] : document.at("inputs").items()) {
        inputs.numbers.push_back({name, value.get<double>()});
    }
    for (const auto& [name, value] : document.at("input_texts").items()) {
        inputs.texts.push_back({name, value.get<std::string>()});
    }
    const Stored state = document.value("rule_state", Stored::object());
    for (const auto& [name, value] : state.items()) {
        inputs.state.push_back({name, value.get<double>()});
    }
    if (Status read = read_answers(document, inputs.answers); !read.ok()) {
        return read;
    }
    return inputs;
}

Result<std::shared_ptr<const RulePack>> pack_for(const Config& config, const std::string& version,
                                                 const std::string& rules) {
    const RuleBudget budget = rule_budget(config);
    if (!rules.empty()) {
        const ParameterOverrides parameters(config.rules.parameters.begin(),
                                            config.rules.parameters.end());
        return RulePack::load(rules, parameters, budget);
    }
    const RuleArchive archive(journal_directory(config));
    const Result<KeptVersion> kept = archive.find(version);
    if (!kept.ok()) {
        return Status::invalid(kept.status().message() +
                               ". --rules DIR runs another pack on the same inputs");
    }
    return archive.load(kept->hash, budget);
}

class Differences {
public:
    void number(const std::string& name, double then, double now) {
        if (then != now) {
            text_ += "  " + name + "  then " + Stored(then).dump() + ", now " + Stored(now).dump() +
                     "\n";
        }
    }
    void words(const std::string& name, const std::string& then, const std::string& now) {
        if (then != now) {
            text_ += "  " + name + "  then " + then + ", now " + now + "\n";
        }
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

std::string joined_words(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

void compare_score(const Stored& document, const RuleScore& score, Differences& differ) {
    differ.number("score", document.value("score", 0.0), score.total);
    differ.words("pattern", document.value("pattern", ""), score.pattern);
    differ.words("strength", document.value("strength", ""), score.strength);
    differ.words("pressure", document.value("pressure", ""), score.pressure);
    differ.words("volatility", document.value("volatility", ""), score.volatility);
    std::map<std::string, std::pair<double, double>> terms;
    for (const auto& [name, value] : document.at("terms").items()) {
        terms[name].first = value.get<double>();
    }
    for (const RuleTerm& term : score.terms) {
        terms[term.name].second = term.value;
    }
    for (const auto& [name, values] : terms) {
        differ.number("term " + name, values.first, values.second);
    }
    differ.words("fault", document.value("fault", ""), score.fault);
}

// What stood there, by name, and what the call gave; what abstains is told apart from any number.
void compare_shares(const Stored& document, const char* field, const std::vector<RuleShare>& now,
                    Differences& differ) {
    struct Both {
        std::string then = "nothing";
        std::string now = "nothing";
    };
    const auto told = [](const Stored& value, const Stored& weight, const Stored& share) {
        return (value.is_null() ? "abstained" : value.dump()) + " of weight " + weight.dump() +
               " and share " + share.dump();
    };
    std::map<std::string, Both> shares;
    const Stored list = document.value(field, Stored::array());
    for (const Stored& one : list) {
        shares[one.value("name", "")].then =
            told(one.at("value"), one.at("weight"), one.at("share"));
    }
    for (const RuleShare& share : now) {
        shares[share.name].now =
            told(share.known ? Stored(share.value) : Stored(nullptr), share.weight, share.share);
    }
    for (const auto& [name, both] : shares) {
        differ.words(std::string(field) + " " + name, both.then, both.now);
    }
}

void compare_ensemble(const Stored& document, const RuleEnsemble& ensemble, Differences& differ) {
    const auto figure = [&](const char* name) {
        const auto found = document.find(name);
        return found != document.end() && found->is_number() ? found->get<double>() : -1;
    };
    differ.number("confidence", figure("confidence"), ensemble.confidence);
    differ.number("health", figure("health"), ensemble.health);
    compare_shares(document, "votes", ensemble.votes, differ);
    compare_shares(document, "health_parts", ensemble.parts, differ);
}

// Documents of earlier versions have no checks.
void compare_checks(const Stored& document, const RuleVerdict& verdict, Differences& differ) {
    if (!document.contains("checks")) {
        return;
    }
    const auto told = [](const VerdictCheck& check) {
        return Stored(check.value).dump() + " " + std::string(check_sign(check.relation)) + " " +
               Stored(check.limit).dump() + (check.passed ? " passed" : " failed");
    };
    std::map<std::string, std::pair<std::string, std::string>> checks;
    for (const VerdictCheck& check : read_checks(document.at("checks").dump())) {
        checks[std::string(check.name.view())] = {told(check), "not made"};
    }
    for (const VerdictCheck& check : verdict.checks) {
        checks.try_emplace(std::string(check.name.view()), "not made", "").first->second.second =
            told(check);
    }
    for (const auto& [name, both] : checks) {
        differ.words("check " + name, both.first, both.second);
    }
}

void compare_verdict(const Stored& document, const RuleVerdict& verdict, Differences& differ) {
    differ.words("verdict", document.value("verdict", ""),
                 std::string(decision_name(verdict.decision)));
    differ.words("reasons", joined_words(document.value("reasons", std::vector<std::string>{})),
                 joined_words(verdict.reasons));
    differ.words("note", document.value("note", ""), verdict.note);
    compare_checks(document, verdict, differ);
}

// The documents within reach of the time, nearest first.
Result<std::vector<Stored>> decided_around(const std::string& documents,
                                           const WhyNotQuestion& question) {
    const Stored all = Stored::parse(documents, nullptr, false);
    if (!all.is_array()) {
        return Status::io("the answer is no list of signals");
    }
    const auto reach_ns = static_cast<std::int64_t>(question.within_ms) * kNsPerMs;
    const auto distance_ns = [&](const Stored& signal) {
        return std::abs(signal.value("ts_ns", std::int64_t{0}) - question.at_ns);
    };
    std::vector<Stored> near;
    for (const Stored& signal : all) {
        if (signal.is_object() && distance_ns(signal) <= reach_ns) {
            near.push_back(signal);
        }
    }
    std::stable_sort(near.begin(), near.end(), [&](const Stored& a, const Stored& b) {
        return distance_ns(a) < distance_ns(b);
    });
    return near;
}

std::string verdict_text(const Stored& signal) {
    const double threshold = signal.value("threshold_usd", 0.0);
    const double notional = signal.value("notional_usd", 0.0);
    std::string text = date_clock_utc(signal.value("ts_ns", std::int64_t{0})) + "  " +
                       signal.value("type", "") + "  " + signal.value("side", "") + "  " +
                       human_usd(notional) + ", " +
                       human_fixed(threshold > 0 ? notional / threshold : 0, 2) +
                       " times its minimum   score " + human_fixed(signal.value("score", 0.0), 4) +
                       " " + signal.value("pattern", "") + "   " + signal.value("id", "") + "\n";
    const bool held = signal.value("verdict", "") == "hold";
    text += std::string(held ? "    held: " : "    sent: ") +
            joined_words(signal.value("reasons", std::vector<std::string>{}));
    const std::string note = signal.value("note", "");
    text += (note.empty() ? "" : " (" + note + ")") + "\n";
    for (const VerdictCheck& check : read_checks(signal.value("checks", Stored()).dump())) {
        if (!check.passed && compares(check.relation)) {
            text += "    missed: " + check_text(check) + "\n";
        }
    }
    return text;
}

}  // namespace

Result<AgainReport> explain_again(const Config& config, const std::string& document,
                                  const std::string& rules) {
    const Stored stored = Stored::parse(document, nullptr, false);
    const Result<StoredInputs> inputs = inputs_of(stored);
    if (!inputs.ok()) {
        return inputs.status();
    }
    const std::string version = stored.value("rule_version", "");
    const Result<std::shared_ptr<const RulePack>> pack = pack_for(config, version, rules);
    if (!pack.ok()) {
        return pack.status();
    }
    RuleInput input;
    RestoredVotes votes;
    if (!restore_input(inputs->numbers, inputs->texts, votes, input)) {
        return Status::invalid(
            "this signal was stored by another petrel, with figures that this "
            "one does not know");
    }
    const RecordedWindow window(inputs->answers);
    input.window = &window;
    input.state = inputs->state;
    const std::unique_ptr<RuleVm> vm = (*pack)->make_vm(rule_budget(config));
    vm->set_state((*pack)->manifest().cells(input.state));
    RuleScore score;
    RuleVerdict verdict;
    vm->score(input, score);
    vm->judge(input, score, verdict);
    Differences differ;
    compare_score(stored, score, differ);
    compare_ensemble(stored, score.ensemble, differ);
    compare_verdict(stored, verdict, differ);
    AgainReport report;
    report.version = (*pack)->id();
    report.same = differ.text().empty();
    report.text = "run again by " + report.version +
                  (report.same ? ": the same, to the last bit\n" : ":\n" + differ.text());
    return report;
}

Result<std::string> why_not_text(const std::string& documents, const WhyNotQuestion& question) {
    const Result<std::vector<Stored>> near = decided_around(documents, question);
    if (!near.ok()) {
        return near.status();
    }
    const std::string span =
        human_duration_ms(question.within_ms) + " of " + date_clock_utc(question.at_ns) + " UTC";
    if (near->empty()) {
        return "no detector found anything on " + question.symbol + " within " + span +
               ": nothing reached its minimum. petrel coverage tells what could not be seen, and "
               "petrel replay the journal with --set detection.minima_scale=0.2 what was smaller\n";
    }
    std::string text = question.symbol + ", within " + span + ", the nearest first\n\n";
    for (const Stored& signal : *near) {
        text += verdict_text(signal);
    }
    return text + "\nall it rests on: petrel explain " + near->front().value("id", "") + "\n";
}

Result<std::string> why_not_json(const std::string& documents, const WhyNotQuestion& question) {
    const Result<std::vector<Stored>> near = decided_around(documents, question);
    if (!near.ok()) {
        return near.status();
    }
    Stored json = Stored::array();
    for (const Stored& signal : *near) {
        json.push_back(signal);
    }
    return json.dump(-1, ' ', false, Stored::error_handler_t::replace);
}

}  // namespace petrel::core
