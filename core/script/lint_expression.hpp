// The half of the parser that reads expressions and knows which locals are visible.
//
// lint_parse derives from it and adds the statements, which functions hold in turn. Part of
// rule_lint; one for each file that is read, on the stack of whoever reads it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "script/lint_token.hpp"
#include "script/lint_tree.hpp"

namespace petrel::core {

using LintNode = std::unique_ptr<LintExpr>;

class LintExpressions {
public:
    using Kind = LintToken::Kind;
    using Expr = LintNode;
    struct Operator {
        std::string_view text;
        int left;
        int right;  // lower than left: it groups to the right
    };

    LintExpressions(const LintExpressions&) = delete;
    LintExpressions& operator=(const LintExpressions&) = delete;

protected:
    static constexpr int kDepthMax = 220;  // the compiler stops at 200

    LintExpressions(LintTree& tree, std::string_view source)
        : tree_(tree), tokens_(lint_tokens(source)) {}
    virtual ~LintExpressions() = default;

    // Statements up to the end of their block; their locals are gone behind it.
    virtual LintBlock block() = 0;

    [[nodiscard]] const LintToken& token() const { return tokens_[at_]; }
    [[nodiscard]] bool is(std::string_view text) const {
        return (token().kind == Kind::Symbol || token().kind == Kind::Keyword) &&
               token().text == text;
    }
    bool take(std::string_view text) {
        const bool found = is(text);
        found ? advance() : void();
        return found;
    }
    void advance() { at_ += at_ + 1 < tokens_.size() ? 1 : 0; }
    [[nodiscard]] LintPlace place() const { return {token().line, token().column}; }
    std::string name();
    // Gives up: to the end, so that every loop here ends.
    void give_up();
    [[nodiscard]] LintVariable* find(const std::string& wanted) const;
    LintVariable* declare(const std::string& named, LintVariable::Kind kind, LintPlace where);
    static Expr make(LintExpr::Kind kind, LintPlace where, std::string text = {});
    Expr name_expr();
    Expr function_expr(LintPlace where);
    void function_body(LintFunction& function);
    Expr table_expr();
    Expr simple_expr();
    void arguments(LintExpr& call);
    Expr suffixed_expr();
    Expr computed_index(Expr object);
    [[nodiscard]] const Operator* binary_operator() const;
    Expr expression(int limit = 0);
    std::vector<Expr> expressions();

    LintTree& tree_;
    std::vector<LintToken> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::vector<LintVariable*> visible_;
};

}  // namespace petrel::core
