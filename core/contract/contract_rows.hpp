// The one list of what an exchange adapter must do, and how an adapter fared against a row of it.
//
// Rows are found by their id, in the order of the list. Plain values; the texts are what
// `petrel plugin verify` prints and what the table in sdk/README.md says.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

enum class RowVerdict : std::uint8_t {
    Pass,
    Fail,
    NotApplicable,  // the adapter has nothing that the row is about; the sentence says why
    NotShown,       // no frame was given that would show it
};

// "pass", "fail", "not applicable", "not shown".
std::string_view verdict_word(RowVerdict verdict);

struct RowText {
    std::string_view id;
    std::string_view wants;  // what the row demands, a sentence
};
std::span<const RowText> contract_rows();

struct RowResult {
    std::string id;
    RowVerdict verdict = RowVerdict::NotShown;
    std::string sentence;
    std::string frame;    // of a failure: the input, its beginning when it is long
    std::string remedy;   // of a failure: what to do
    bool broken = false;  // the adapter crashed, hung or ended the process
};

// What a group of checks reports to.
class RowSink {
public:
    virtual ~RowSink() = default;
    virtual void report(RowResult row) = 0;

    void pass(std::string_view id, std::string sentence) {
        report({std::string(id), RowVerdict::Pass, std::move(sentence), "", "", false});
    }
    void fail(std::string_view id, std::string sentence, std::string frame, std::string remedy) {
        report({std::string(id), RowVerdict::Fail, std::move(sentence), std::move(frame),
                std::move(remedy), false});
    }
    void not_applicable(std::string_view id, std::string why) {
        report({std::string(id), RowVerdict::NotApplicable, std::move(why), "", "", false});
    }
    void not_shown(std::string_view id, std::string what) {
        report({std::string(id), RowVerdict::NotShown, std::move(what), "", "", false});
    }
};

}  // namespace petrel::core
