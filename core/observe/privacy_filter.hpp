// Hides what must not leave the process: keys, tokens, pass words in addresses, account and chat
// ids, wallets, mail addresses, and what the user's own patterns name.
//
// Everything that is logged or sent to a channel goes through the one filter in use. It is a net
// behind the rule that secrets are kept by reference and never put into texts. The expressions run
// in time linear in the text. Immutable; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

class PrivacyFilter {
public:
    struct Options {
        std::vector<std::string> patterns{};  // of the user, RE2 syntax
        std::vector<std::string> off{};       // names of built-in ones that are not wanted
    };

    // Fails for an expression that cannot be compiled, one that matches the empty text, or a name
    // that is no built-in one.
    static Result<std::shared_ptr<const PrivacyFilter>> make(const Options& options);
    // The built-in patterns.
    static std::shared_ptr<const PrivacyFilter> built_in();
    [[nodiscard]] static std::vector<std::string> built_in_names();

    ~PrivacyFilter();
    PrivacyFilter(const PrivacyFilter&) = delete;
    PrivacyFilter& operator=(const PrivacyFilter&) = delete;

    // The text with every match replaced by "[hidden: <name>]".
    [[nodiscard]] std::string filtered(std::string_view text) const;

    struct Impl;
    explicit PrivacyFilter(std::unique_ptr<Impl> impl);  // for make()

private:
    std::unique_ptr<Impl> impl_;
};

// The filter in use: the built-in patterns until the first call of use_privacy_filter().
void use_privacy_filter(std::shared_ptr<const PrivacyFilter> filter);
std::string private_text(std::string_view text);

}  // namespace petrel::core
