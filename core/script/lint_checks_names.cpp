// Names that nothing reads, names that hide others, and statements that are never reached.
#include "script/lint_checks.hpp"

namespace petrel::core {
namespace {

bool is_meant_unread(const LintVariable& variable) {
    return variable.name.starts_with('_') || variable.closes ||
           variable.kind == LintVariable::Kind::Counter;
}

std::string unread_text(const LintVariable& variable) {
    const std::string name = "'" + variable.name + "'";
    switch (variable.kind) {
        case LintVariable::Kind::Argument: {
            const bool last =
                variable.owner == nullptr || variable.index + 1 == variable.owner->arguments.size();
            return "the argument " + name + " is never read; " +
                   (last ? "remove it, or name it _" : "name it _");
        }
        case LintVariable::Kind::Loop:
            return "the loop variable " + name + " is never read; name it _";
        case LintVariable::Kind::Function:
            return "the function " + name + " is never called; remove it";
        default:
            return variable.writes > 0 ? name + " is set but never read; remove it"
                                       : name + " is never read; remove it";
    }
}

bool is_true(const LintExpr& expr) {
    return expr.kind == LintExpr::Kind::Boolean && expr.text == "true";
}

class ReachWalk {
public:
    ReachWalk(const LintTree& tree, std::vector<LintFinding>& findings)
        : tree_(tree), findings_(findings) {}

    // Whether control never comes out at the end of the block.
    bool block(const LintBlock& block) {
        bool ended = false;
        for (const LintStatement& next : block.statements) {
            if (next.kind == LintStatement::Kind::Label) {
                ended = false;  // something may jump here
            }
            if (ended) {
                findings_.push_back(
                    {tree_.file, next.place.line, next.place.column,
                     "this is never reached: the code before it always leaves; remove "
                     "one of the two"});
                return true;
            }
            ended = statement(next);
        }
        return ended;
    }

private:
    bool statement(const LintStatement& next) {
        expressions(next);
        bool all_end = !next.blocks.empty();
        for (const LintBlock& inner : next.blocks) {
            all_end = block(inner) && all_end;
        }
        switch (next.kind) {
            case LintStatement::Kind::Return:
            case LintStatement::Kind::Leave:
                return true;
            case LintStatement::Kind::Do:
                return all_end;
            case LintStatement::Kind::If:
                return all_end && next.blocks.size() > next.values.size();
            case LintStatement::Kind::While:
                return is_true(*next.values.front()) && !leaves(next.blocks.front());
            case LintStatement::Kind::Call:
                return raises(*next.values.front());
            default:
                return false;
        }
    }
    static bool raises(const LintExpr& call) {
        return call.kind == LintExpr::Kind::Call && call.text.empty() &&
               call.parts.front()->kind == LintExpr::Kind::Global &&
               call.parts.front()->text == "error";
    }
    // A break, or a jump that may lead anywhere; of inner loops, too, which is on the safe side.
    static bool leaves(const LintBlock& block) {
        for (const LintStatement& next : block.statements) {
            bool found = next.kind == LintStatement::Kind::Leave;
            for (const LintBlock& inner : next.blocks) {
                found = found || leaves(inner);
            }
            if (found) {
                return true;
            }
        }
        return false;
    }
    void expressions(const LintStatement& next) {
        for (const auto* list : {&next.targets, &next.values}) {
            for (const auto& expr : *list) {
                functions_in(*expr);
            }
        }
    }
    void functions_in(const LintExpr& expr) {
        if (expr.function != nullptr) {
            block(expr.function->body);
        }
        for (const auto& part : expr.parts) {
            functions_in(*part);
        }
    }

    const LintTree& tree_;
    std::vector<LintFinding>& findings_;
};

}  // namespace

void lint_names(const LintTree& tree, std::vector<LintFinding>& findings) {
    for (const LintVariable& variable : tree.variables) {
        const auto tell = [&](const std::string& text) {
            findings.push_back({tree.file, variable.place.line, variable.place.column, text});
        };
        if (variable.reads == 0 && !is_meant_unread(variable)) {
            tell(unread_text(variable));
        }
        if (variable.shadows != nullptr && !variable.name.starts_with('_')) {
            tell("'" + variable.name + "' hides the one of line " +
                 std::to_string(variable.shadows->place.line) + "; give it another name");
        }
    }
}

void lint_reach(const LintTree& tree, std::vector<LintFinding>& findings) {
    ReachWalk(tree, findings).block(tree.root.body);
}

}  // namespace petrel::core
