// Reading stops at the first line that is wrong: a model that is half understood votes wrongly.
#include "logistic_model.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "petrel/abi/voter.h"

namespace {

using petrel::Result;
using petrel::Status;

constexpr std::string_view kBlank = " \t\r";

// The next word; empty at the end of the line.
std::string_view take_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
    const std::size_t end = std::min(line.find_first_of(" \t\r="), line.size());
    const std::size_t length = end == 0 && !line.empty() ? 1 : end;  // "=" is a word of its own
    const std::string_view word = line.substr(0, length);
    line.remove_prefix(length);
    return word;
}

std::string shown(std::string_view word) {
    std::string text(word.substr(0, 40));
    std::replace_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return "'" + text + "'";
}

Status take_number(std::string_view& line, double& number) {
    const std::string_view word = take_word(line);
    const char* end = word.data() + word.size();
    const auto [stopped, error] = std::from_chars(word.data(), end, number);
    if (word.empty() || error != std::errc() || stopped != end || !std::isfinite(number)) {
        return Status::invalid("a number is expected, found " +
                               (word.empty() ? std::string("nothing") : shown(word)));
    }
    return {};
}

Result<LogisticModel::Term> read_term(std::string_view line) {
    LogisticModel::Term term;
    term.figure = take_word(line);
    if (take_word(line) != "=") {
        return Status::invalid("write <figure> = <weight>, found no '=' behind " +
                               shown(term.figure));
    }
    Status read = take_number(line, term.weight);
    for (std::string_view word = take_word(line); read.ok() && !word.empty();
         word = take_word(line)) {
        if (word == "optional") {
            term.optional = true;
        } else if (word == "mean") {
            read = take_number(line, term.mean);
        } else if (word == "scale") {
            read = take_number(line, term.scale);
        } else {
            return Status::invalid("unknown word " + shown(word) +
                                   "; known: mean, scale, optional");
        }
    }
    if (!read.ok()) {
        return read;
    }
    if (!(term.scale > 0)) {
        return Status::invalid("the scale lies above 0");
    }
    return term;
}

}  // namespace

Result<LogisticModel> LogisticModel::read(std::string_view text) {
    LogisticModel model;
    bool has_bias = false;
    for (int number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find('#'));
        if (line.find_first_not_of(kBlank) == std::string_view::npos) {
            continue;
        }
        const auto wrong = [number](const std::string& why) {
            return Status::invalid("line " + std::to_string(number) + " of the model: " + why);
        };
        Result<Term> term = read_term(line);
        if (!term.ok()) {
            return wrong(term.status().message());
        }
        const bool bias = term->figure == "bias";
        const bool twice =
            bias ? has_bias
                 : std::any_of(model.terms_.begin(), model.terms_.end(),
                               [&](const Term& t) { return t.figure == term->figure; });
        if (twice) {
            return wrong(shown(term->figure) + " is there twice");
        }
        if (bias) {
            has_bias = true;
            model.bias_ = term->weight;
        } else if (model.terms_.size() == PETREL_VOTER_INPUTS_MAX) {
            return wrong("more than " + std::to_string(PETREL_VOTER_INPUTS_MAX) + " figures");
        } else {
            model.terms_.push_back(std::move(term).value());
        }
    }
    if (!has_bias) {
        return Status::invalid("the model has no bias: add a line like bias = -1.5");
    }
    return model;
}

LogisticModel::Answer LogisticModel::judge(std::span<const double> figures) const {
    Answer answer;
    double sum = bias_;
    double heaviest = -1;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        const Term& term = terms_[i];
        if (std::isnan(figures[i])) {
            if (term.optional) {
                continue;
            }
            answer.figure = term.figure;
            return answer;
        }
        const double part = term.weight * (figures[i] - term.mean) / term.scale;
        sum += part;
        if (std::abs(part) > heaviest) {
            heaviest = std::abs(part);
            answer.figure = term.figure;
        }
    }
    answer.known = true;
    answer.vote = 1.0 / (1.0 + std::exp(-sum));
    return answer;
}
