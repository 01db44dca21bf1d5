// A logistic model as text: one `figure = weight` a line, a bias, and what the figures are scaled
// by. Pure; a model that was read never changes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"

class LogisticModel {
public:
    struct Term {
        std::string figure;
        double weight = 0;
        double mean = 0;
        double scale = 1;
        bool optional = false;  // counts nothing while the figure is not known
    };

    // A line that cannot be read is refused with its number.
    static petrel::Result<LogisticModel> read(std::string_view text);

    [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }

    struct Answer {
        bool known = false;
        double vote = 0;
        std::string_view figure;  // that weighed most, or that was not known
    };
    // Figures in the order of terms(), NaN: not known.
    [[nodiscard]] Answer judge(std::span<const double> figures) const;

private:
    std::vector<Term> terms_;
    double bias_ = 0;
};
