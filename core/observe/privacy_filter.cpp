// Over RE2, whose expressions cannot run away. One set says which patterns occur at all, so that
// the usual text, in which none does, is looked at once.
#include "observe/privacy_filter.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "observe/clean_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kPatternsMax = 64;
constexpr std::size_t kPatternBytesMax = 1'000;

struct BuiltIn {
    const char* name;
    const char* expression;
};

// A group of its own, where there is one, is what stays in front of the hidden part.
constexpr std::array<BuiltIn, 11> kBuiltIn{{
    {"bot token", R"((\b|bot)\d{6,12}:[A-Za-z0-9_-]{30,50}\b)"},
    {"hook address", R"(((?i:hooks\.[a-z]+\.com/services|/api(?:/v\d+)?/webhooks)/)[^\s"'<>]+)"},
    {"password", R"((://)[^\s/@"':]+:[^\s/@"']+@)"},
    {"credential", R"(((?i:bearer|authorization:\s*basic)\s+)[A-Za-z0-9+/_.=~-]{8,})"},
    {"secret", R"(((?i:api[_-]?key|api[_-]?secret|secret|token|passw(?:or)?d|passphrase|)"
               R"(signature)["']?\s*(?:=\s*["']?|:\s*["']))[^\s"',;&\])}]{4,})"},
    // Without quotes a word may follow a colon: "token: missing".
    {"secret", R"(((?i:api[_-]?key|api[_-]?secret|secret|token|passw(?:or)?d|passphrase|)"
               R"(signature)\s*:\s*)[^\s"',;&\])}]*\d[^\s"',;&\])}]{3,})"},
    {"token", R"(\b(?:eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*|)"
              R"(whsec_[A-Za-z0-9+/=]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|)"
              R"(tk_[a-z0-9]{20,}|AKIA[A-Z0-9]{16}))"},
    {"private key",
     R"(-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)-----END [A-Z ]*PRIVATE KEY-----)"},
    {"wallet", R"(\b(?:0x[0-9a-fA-F]{40}|bc1[ac-hj-np-z02-9]{20,71}|)"
               R"([13][1-9A-HJ-NP-Za-km-z]{25,33}|T[1-9A-HJ-NP-Za-km-z]{33})\b)"},
    {"chat id", R"(-100\d{10}\b)"},
    {"mail address", R"(\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b)"},
}};

struct Pattern {
    std::string name;
    std::unique_ptr<RE2> expression;
    std::string rewrite;
};

RE2::Options quiet() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    return options;
}

}  // namespace

struct PrivacyFilter::Impl {
    std::vector<Pattern> patterns;
    std::unique_ptr<RE2::Set> all;

    Status add(const std::string& name, const std::string& text) {
        if (text.empty() || text.size() > kPatternBytesMax) {
            return Status::invalid("a privacy pattern has 1 to 1000 characters");
        }
        Pattern pattern;
        pattern.name = name;
        pattern.expression = std::make_unique<RE2>(text, quiet());
        if (!pattern.expression->ok()) {
            return Status::invalid("the privacy pattern '" + clean_text(text, 60) +
                                   "' cannot be used: " + pattern.expression->error());
        }
        if (RE2::FullMatch("", *pattern.expression)) {
            return Status::invalid("the privacy pattern '" + clean_text(text, 60) +
                                   "' matches the empty text and would hide everything");
        }
        const bool keeps = pattern.expression->NumberOfCapturingGroups() > 0 && name != "yours";
        pattern.rewrite = (keeps ? "\\1[hidden: " : "[hidden: ") + name + "]";
        patterns.push_back(std::move(pattern));
        return {};
    }

    void settle() {
        all = std::make_unique<RE2::Set>(quiet(), RE2::UNANCHORED);
        for (const Pattern& pattern : patterns) {
            all->Add(pattern.expression->pattern(), nullptr);
        }
        if (!all->Compile()) {
            all.reset();  // too large together: each is looked for
        }
    }
};

PrivacyFilter::PrivacyFilter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

PrivacyFilter::~PrivacyFilter() = default;

std::vector<std::string> PrivacyFilter::built_in_names() {
    std::vector<std::string> names;
    for (const BuiltIn& each : kBuiltIn) {
        if (names.empty() || names.back() != each.name) {
            names.emplace_back(each.name);
        }
    }
    return names;
}

Result<std::shared_ptr<const PrivacyFilter>> PrivacyFilter::make(const Options& options) {
    if (options.patterns.size() > kPatternsMax) {
        return Status::invalid("there are " + std::to_string(options.patterns.size()) +
                               " privacy patterns; at most 64");
    }
    const std::vector<std::string> names = built_in_names();
    for (const std::string& name : options.off) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            return Status::invalid(
                "'" + clean_text(name, 40) +
                "' is no built-in privacy pattern; there are: " + human_list(names));
        }
    }
    auto impl = std::make_unique<Impl>();
    // The user's go first: what they name is hidden whole.
    for (const std::string& text : options.patterns) {
        if (Status added = impl->add("yours", text); !added.ok()) {
            return added;
        }
    }
    for (const BuiltIn& each : kBuiltIn) {
        if (std::find(options.off.begin(), options.off.end(), each.name) == options.off.end()) {
            if (Status added = impl->add(each.name, each.expression); !added.ok()) {
                return added;
            }
        }
    }
    impl->settle();
    return std::shared_ptr<const PrivacyFilter>(
        std::make_shared<const PrivacyFilter>(std::move(impl)));
}

std::shared_ptr<const PrivacyFilter> PrivacyFilter::built_in() {
    static const std::shared_ptr<const PrivacyFilter> filter = *make({});
    return filter;
}

std::string PrivacyFilter::filtered(std::string_view text) const {
    std::string out(text);
    std::vector<int> found;
    if (impl_->all != nullptr) {
        RE2::Set::ErrorInfo problem{};
        if (!impl_->all->Match({text.data(), text.size()}, &found, &problem) &&
            problem.kind == RE2::Set::kNoError) {
            return out;
        }
    }
    for (const Pattern& pattern : impl_->patterns) {
        RE2::GlobalReplace(&out, *pattern.expression, pattern.rewrite);
    }
    return out;
}

namespace {

std::mutex& in_use_mutex() {
    static std::mutex mutex;  // guards in_use()
    return mutex;
}

std::shared_ptr<const PrivacyFilter>& in_use() {
    static std::shared_ptr<const PrivacyFilter> filter = PrivacyFilter::built_in();
    return filter;
}

}  // namespace

void use_privacy_filter(std::shared_ptr<const PrivacyFilter> filter) {
    const std::lock_guard lock(in_use_mutex());
    in_use() = std::move(filter);
}

std::string private_text(std::string_view text) {
    std::shared_ptr<const PrivacyFilter> filter;
    {
        const std::lock_guard lock(in_use_mutex());
        filter = in_use();
    }
    return filter->filtered(text);
}

}  // namespace petrel::core
