// Statements of Lua 5.4. A local is visible from the statement behind its declaration on; the body
// of a local function sees itself; the condition of repeat sees the locals of its block.
#include "script/lint_parse.hpp"

#include "script/lint_expression.hpp"

namespace petrel::core {
namespace {

class LintParser : public LintExpressions {
public:
    LintParser(LintTree& tree, std::string_view source) : LintExpressions(tree, source) {}

    void run() {
        tree_.root.body = block();
        tree_.whole = tree_.whole && token().kind == Kind::End;
    }

private:
    // What the variable at `index` of a list of names is given by these values.
    static const LintExpr* value_at(const std::vector<Expr>& values, std::size_t index) {
        static const LintExpr kNone;  // nil
        if (values.empty()) {
            return &kNone;
        }
        const LintExpr& last = *values[values.size() - 1];
        const bool many = last.kind == LintExpr::Kind::Call || last.kind == LintExpr::Kind::Vararg;
        if (index + 1 < values.size() || (index + 1 == values.size() && !many)) {
            return values[index].get();
        }
        return many ? nullptr : &kNone;
    }
    static bool ends_block(const LintParser& parser) {
        return parser.is("end") || parser.is("else") || parser.is("elseif") || parser.is("until") ||
               parser.token().kind == Kind::End;
    }
    LintBlock block() override {
        const std::size_t outside = visible_.size();
        LintBlock made = open_block();
        visible_.resize(outside);
        return made;
    }
    // Leaves its locals visible.
    LintBlock open_block() {
        LintBlock made;
        if (++depth_ > kDepthMax) {
            give_up();
        }
        while (!ends_block(*this)) {
            if (take(";")) {
                continue;
            }
            LintStatement statement;
            statement.place = place();
            read_statement(statement);
            made.statements.push_back(std::move(statement));
        }
        --depth_;
        return made;
    }
    void read_statement(LintStatement& statement) {
        if (take("if")) {
            if_statement(statement);
        } else if (take("while")) {
            statement.kind = LintStatement::Kind::While;
            statement.values.push_back(expression());
            take("do");
            statement.blocks.push_back(block());
            take("end");
        } else if (take("do")) {
            statement.blocks.push_back(block());
            take("end");
        } else if (take("for")) {
            for_statement(statement);
        } else if (take("repeat")) {
            const std::size_t outside = visible_.size();
            statement.kind = LintStatement::Kind::Repeat;
            statement.blocks.push_back(open_block());
            take("until");
            statement.values.push_back(expression());
            visible_.resize(outside);
        } else if (take("function")) {
            function_statement(statement);
        } else if (take("local")) {
            take("function") ? local_function(statement) : local_statement(statement);
        } else if (take("return")) {
            statement.kind = LintStatement::Kind::Return;
            if (!ends_block(*this) && !is(";")) {
                statement.values = expressions();
            }
        } else if (take("break")) {
            statement.kind = LintStatement::Kind::Leave;
        } else if (take("goto")) {
            statement.kind = LintStatement::Kind::Leave;
            name();
        } else if (take("::")) {
            statement.kind = LintStatement::Kind::Label;
            name();
            take("::");
        } else {
            expression_statement(statement);
        }
    }
    void if_statement(LintStatement& statement) {
        statement.kind = LintStatement::Kind::If;
        do {
            statement.values.push_back(expression());
            take("then");
            statement.blocks.push_back(block());
        } while (take("elseif"));
        if (take("else")) {
            statement.blocks.push_back(block());
        }
        take("end");
    }
    void for_statement(LintStatement& statement) {
        statement.kind = LintStatement::Kind::For;
        std::vector<std::pair<std::string, LintPlace>> names;
        do {
            const LintPlace where = place();
            names.emplace_back(name(), where);
        } while (take(","));
        const bool counts = take("=");
        counts ? void() : static_cast<void>(take("in"));
        statement.values = expressions();
        take("do");
        const std::size_t outside = visible_.size();
        for (const auto& [named, where] : names) {
            declare(named, counts ? LintVariable::Kind::Counter : LintVariable::Kind::Loop, where)
                ->values.push_back(nullptr);
        }
        statement.blocks.push_back(block());
        visible_.resize(outside);
        take("end");
    }
    void function_statement(LintStatement& statement) {
        statement.kind = LintStatement::Kind::Assign;
        Expr target = name_expr();
        bool method = false;
        while (is(".") || is(":")) {
            method = is(":");
            advance();
            const LintPlace field = place();
            Expr index = make(LintExpr::Kind::Index, field, name());
            index->parts.push_back(std::move(target));
            target = std::move(index);
        }
        const std::size_t outside = visible_.size();
        if (method) {
            declare("self", LintVariable::Kind::Counter, place())->values.push_back(nullptr);
        }
        statement.values.push_back(function_expr(statement.place));
        visible_.resize(outside);
        write_target(*target, statement.values[0].get());
        statement.targets.push_back(std::move(target));
    }
    void local_function(LintStatement& statement) {
        statement.kind = LintStatement::Kind::Local;
        const LintPlace where = place();
        LintVariable* made = declare(name(), LintVariable::Kind::Function, where);
        statement.values.push_back(function_expr(where));
        bind(*made, statement.values[0].get());
    }
    static void bind(LintVariable& variable, const LintExpr* value) {
        variable.values.push_back(value);
        if (value != nullptr && value->kind == LintExpr::Kind::Function) {
            variable.function = value->function.get();
            value->function->name = &variable;
        }
    }
    void local_statement(LintStatement& statement) {
        statement.kind = LintStatement::Kind::Local;
        struct Named {
            std::string name;
            LintPlace place;
            bool closes;
        };
        std::vector<Named> names;
        do {
            const LintPlace where = place();
            names.push_back({name(), where, false});
            if (take("<")) {
                names.back().closes = name() == "close";
                take(">");
            }
        } while (take(","));
        if (take("=")) {
            statement.values = expressions();
        }
        for (std::size_t i = 0; i < names.size(); ++i) {
            LintVariable* made = declare(names[i].name, LintVariable::Kind::Local, names[i].place);
            made->closes = names[i].closes;
            bind(*made, value_at(statement.values, i));
        }
    }
    // A target that is a local was counted as read when it was parsed.
    static void write_target(const LintExpr& target, const LintExpr* value) {
        if (target.kind == LintExpr::Kind::Name) {
            --target.variable->reads;
            ++target.variable->writes;
            target.variable->values.push_back(value);
        }
    }
    void expression_statement(LintStatement& statement) {
        Expr first = suffixed_expr();
        if (!is("=") && !is(",")) {
            statement.kind = LintStatement::Kind::Call;
            statement.values.push_back(std::move(first));
            return;
        }
        statement.kind = LintStatement::Kind::Assign;
        statement.targets.push_back(std::move(first));
        while (take(",")) {
            statement.targets.push_back(suffixed_expr());
        }
        take("=");
        statement.values = expressions();
        for (std::size_t i = 0; i < statement.targets.size(); ++i) {
            write_target(*statement.targets[i], value_at(statement.values, i));
        }
    }
};

}  // namespace

std::unique_ptr<LintTree> lint_parse(const std::string& file, std::string_view source) {
    auto tree = std::make_unique<LintTree>();
    tree->file = file;
    LintParser(*tree, source).run();
    return tree;
}

}  // namespace petrel::core
