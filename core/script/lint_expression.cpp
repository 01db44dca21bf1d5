// Expressions of Lua 5.4, by the priorities of its reference.
#include "script/lint_expression.hpp"

#include <array>

namespace petrel::core {
namespace {

constexpr std::array<LintExpressions::Operator, 21> kOperators{
    {{"or", 1, 1},   {"and", 2, 2}, {"<", 3, 3},   {">", 3, 3},   {"<=", 3, 3},  {">=", 3, 3},
     {"~=", 3, 3},   {"==", 3, 3},  {"|", 4, 4},   {"~", 5, 5},   {"&", 6, 6},   {"<<", 7, 7},
     {">>", 7, 7},   {"..", 9, 8},  {"+", 10, 10}, {"-", 10, 10}, {"*", 11, 11}, {"/", 11, 11},
     {"//", 11, 11}, {"%", 11, 11}, {"^", 14, 13}}};
constexpr int kUnaryPriority = 12;

}  // namespace

std::string LintExpressions::name() {
    std::string text = token().kind == Kind::Name ? token().text : "";
    advance();
    return text;
}

void LintExpressions::give_up() {
    tree_.whole = false;
    at_ = tokens_.size() - 1;
}

LintVariable* LintExpressions::find(const std::string& wanted) const {
    for (auto it = visible_.rbegin(); it != visible_.rend(); ++it) {
        if ((*it)->name == wanted) {
            return *it;
        }
    }
    return nullptr;
}

LintVariable* LintExpressions::declare(const std::string& named, LintVariable::Kind kind,
                                       LintPlace where) {
    LintVariable& made = tree_.variables.emplace_back();
    made.name = named;
    made.kind = kind;
    made.place = where;
    made.shadows = find(named);
    visible_.push_back(&made);
    return &made;
}

LintNode LintExpressions::make(LintExpr::Kind kind, LintPlace where, std::string text) {
    auto made = std::make_unique<LintExpr>();
    made->kind = kind;
    made->place = where;
    made->text = std::move(text);
    return made;
}

LintNode LintExpressions::name_expr() {
    const LintPlace where = place();
    const std::string text = name();
    LintVariable* variable = find(text);
    Expr made =
        make(variable == nullptr ? LintExpr::Kind::Global : LintExpr::Kind::Name, where, text);
    made->variable = variable;
    if (variable != nullptr) {
        ++variable->reads;
    }
    return made;
}

LintNode LintExpressions::function_expr(LintPlace where) {
    Expr made = make(LintExpr::Kind::Function, where);
    made->function = std::make_unique<LintFunction>();
    function_body(*made->function);
    return made;
}

void LintExpressions::function_body(LintFunction& function) {
    const std::size_t outside = visible_.size();
    take("(");
    while (!is(")") && token().kind != Kind::End) {
        if (token().kind == Kind::Name) {
            const LintPlace where = place();
            LintVariable* made = declare(name(), LintVariable::Kind::Argument, where);
            made->owner = &function;
            made->index = function.arguments.size();
            function.arguments.push_back(made);
        } else {
            advance();  // "..." or a comma
        }
    }
    take(")");
    function.body = block();
    take("end");
    visible_.resize(outside);
}

LintNode LintExpressions::table_expr() {
    Expr made = make(LintExpr::Kind::Table, place());
    take("{");
    while (!is("}") && token().kind != Kind::End) {
        std::string field;
        if (take("[")) {
            Expr key = expression();
            field = key->kind == LintExpr::Kind::Text ? key->text : "";
            made->fields.emplace_back();
            made->parts.push_back(std::move(key));
            take("]");
            take("=");
        } else if (token().kind == Kind::Name && at_ + 1 < tokens_.size() &&
                   tokens_[at_ + 1].kind == Kind::Symbol && tokens_[at_ + 1].text == "=") {
            field = name();
            take("=");
        }
        made->fields.push_back(field);
        made->parts.push_back(expression());
        if (!take(",") && !take(";") && !is("}")) {
            give_up();
        }
    }
    take("}");
    return made;
}

LintNode LintExpressions::simple_expr() {
    const LintPlace where = place();
    const LintToken& here = token();
    Expr made;
    if (here.kind == Kind::Number || here.kind == Kind::Text) {
        made = make(here.kind == Kind::Number ? LintExpr::Kind::Number : LintExpr::Kind::Text,
                    where, here.text);
    } else if (is("nil")) {
        made = make(LintExpr::Kind::Nil, where);
    } else if (is("true") || is("false")) {
        made = make(LintExpr::Kind::Boolean, where, here.text);
    } else if (is("...")) {
        made = make(LintExpr::Kind::Vararg, where);
    } else if (is("{")) {
        return table_expr();
    } else if (take("function")) {
        return function_expr(where);
    } else {
        return suffixed_expr();
    }
    advance();
    return made;
}

void LintExpressions::arguments(LintExpr& call) {
    if (token().kind == Kind::Text || is("{")) {
        call.parts.push_back(simple_expr());
        return;
    }
    take("(");
    while (!is(")") && token().kind != Kind::End) {
        call.parts.push_back(expression());
        if (!take(",") && !is(")")) {
            give_up();
        }
    }
    take(")");
}

LintNode LintExpressions::suffixed_expr() {
    Expr made;
    if (is("(")) {
        made = make(LintExpr::Kind::Paren, place());
        advance();
        made->parts.push_back(expression());
        take(")");
    } else if (token().kind == Kind::Name) {
        made = name_expr();
    } else {
        give_up();
        return make(LintExpr::Kind::Nil, place());
    }
    for (;;) {
        const LintPlace where = place();
        if (take(".")) {
            const LintPlace field = place();
            Expr index = make(LintExpr::Kind::Index, field, name());
            index->parts.push_back(std::move(made));
            made = std::move(index);
        } else if (is("[")) {
            advance();
            made = computed_index(std::move(made));
        } else if (is("(") || is("{") || is(":") || token().kind == Kind::Text) {
            Expr call = make(LintExpr::Kind::Call, where);
            if (take(":")) {
                call->text = name();
            } else if (made->kind == LintExpr::Kind::Name) {
                made->variable->calls.push_back(call.get());
            }
            call->parts.push_back(std::move(made));
            arguments(*call);
            made = std::move(call);
        } else {
            return made;
        }
    }
}

LintNode LintExpressions::computed_index(Expr object) {
    Expr key = expression();
    Expr index = make(LintExpr::Kind::Index, key->place);
    index->parts.push_back(std::move(object));
    if (key->kind == LintExpr::Kind::Text && key->text.find('\\') == std::string::npos) {
        index->text = key->text;
    } else {
        index->parts.push_back(std::move(key));
    }
    take("]");
    return index;
}

const LintExpressions::Operator* LintExpressions::binary_operator() const {
    for (const Operator& known : kOperators) {
        if (is(known.text)) {
            return &known;
        }
    }
    return nullptr;
}

LintNode LintExpressions::expression(int limit) {
    if (++depth_ > kDepthMax) {
        give_up();
    }
    const LintPlace where = place();
    Expr left;
    if (is("not") || is("-") || is("#") || is("~")) {
        left = make(LintExpr::Kind::Unary, where, token().text);
        advance();
        left->parts.push_back(expression(kUnaryPriority));
    } else {
        left = simple_expr();
    }
    for (const Operator* next = binary_operator(); next != nullptr && next->left > limit;
         next = binary_operator()) {
        Expr both = make(LintExpr::Kind::Binary, place(), token().text);
        advance();
        both->parts.push_back(std::move(left));
        both->parts.push_back(expression(next->right));
        left = std::move(both);
    }
    --depth_;
    return left;
}

std::vector<LintNode> LintExpressions::expressions() {
    std::vector<Expr> list;
    do {
        list.push_back(expression());
    } while (take(","));
    return list;
}

}  // namespace petrel::core
