// Follows what the engine gives a rule through locals and through functions that are only called:
// a variable has a type when everything that it is given has the same one.
#include <algorithm>
#include <map>
#include <optional>

#include "config/closest.hpp"
#include "script/lint_checks.hpp"
#include "script/lua_fields.hpp"

namespace petrel::core {
namespace {

enum class LintType : std::uint8_t {
    Unknown,
    Nil,
    Number,
    Text,
    Boolean,
    Params,
    Input,
    Finding,
    Market,
    History,
    Score,
    Voters,  // a table by the names of voters
    Parts,
};

using Fields = std::map<std::string, LintType, std::less<>>;

template <typename Owner>
Fields fields_from(std::span<const LuaField<Owner>> list) {
    Fields fields;
    for (const LuaField<Owner>& field : list) {
        fields[field.name] = field.number != nullptr ? LintType::Number
                             : field.text != nullptr ? LintType::Text
                                                     : LintType::Boolean;
    }
    return fields;
}

bool is_table(LintType type) { return type >= LintType::Params; }

LintType join(LintType a, LintType b) {
    if (a == LintType::Nil || a == b) {
        return b;
    }
    return b == LintType::Nil ? a : LintType::Unknown;
}

const char* word_of(LintType type) {
    return type == LintType::Number ? "a number"
           : type == LintType::Text ? "a text"
                                    : "true or false";
}

bool is_plain(LintType type) {
    return type == LintType::Number || type == LintType::Text || type == LintType::Boolean;
}

class FieldCheck {
public:
    FieldCheck(const LintTree& tree, const RuleManifest& manifest, LintParameterUse& use,
               std::vector<LintFinding>& findings)
        : tree_(tree), use_(use), findings_(findings) {
        for (const RuleParameter& parameter : manifest.parameters) {
            tables_[LintType::Params][parameter.name] =
                parameter.type == RuleParameter::Type::Boolean ? LintType::Boolean
                                                               : LintType::Number;
        }
        tables_[LintType::Input] = fields_from(input_fields());
        for (const std::string_view name : input_tables()) {
            tables_[LintType::Input].emplace(name, name == "market"    ? LintType::Market
                                                   : name == "history" ? LintType::History
                                                   : name == "votes" || name == "accuracy"
                                                       ? LintType::Voters
                                                       : LintType::Finding);
        }
        // What is there may be nil, so that nothing is said of comparisons.
        for (const RuleVoter& voter : manifest.voters) {
            tables_[LintType::Voters][voter.name] = LintType::Unknown;
        }
        for (const RuleVoter& part : manifest.health) {
            tables_[LintType::Parts][part.name] = LintType::Unknown;
        }
        tables_[LintType::Finding] = fields_from(finding_fields());
        tables_[LintType::Market] = fields_from(market_fields());
        tables_[LintType::History] = fields_from(history_fields());
        tables_[LintType::Score] = fields_from(score_fields());
    }

    void run() {
        find_entry();
        block(tree_.root.body);
        types_.clear();
        telling_ = true;
        block(tree_.root.body);
    }

private:
    // --- what the engine calls
    void find_entry() {
        using Types = std::vector<LintType>;
        struct Entry {
            const char* file;
            const char* field;
            Types arguments;
        };
        const Entry entries[] = {
            {"score.lua", "score", {LintType::Input}},
            {"ensemble.lua",
             "vote",
             {LintType::Input, LintType::Score, LintType::Voters, LintType::Voters,
              LintType::Parts}},
            {"appropriateness.lua", "judge", {LintType::Input, LintType::Score}}};
        for (const Entry& entry : entries) {
            for (const LintStatement& statement : tree_.root.body.statements) {
                if (tree_.file == entry.file && statement.kind == LintStatement::Kind::Return &&
                    !statement.values.empty()) {
                    set_entry(entry_of(*statement.values.front(), entry.field), entry.arguments);
                }
            }
        }
    }
    static const LintFunction* entry_of(const LintExpr& returned, std::string_view field) {
        if (returned.kind == LintExpr::Kind::Table) {
            for (std::size_t i = 0; i < returned.parts.size(); ++i) {
                if (returned.fields[i] == field) {
                    return entry_of(*returned.parts[i], field);
                }
            }
            return nullptr;
        }
        if (returned.kind == LintExpr::Kind::Name && returned.variable->writes == 0) {
            return returned.variable->function;
        }
        return returned.function.get();
    }
    void set_entry(const LintFunction* entry, const std::vector<LintType>& types) {
        const bool called_here =
            entry != nullptr && entry->name != nullptr && !entry->name->calls.empty();
        if (entry == nullptr || called_here) {
            return;
        }
        for (const LintVariable* argument : entry->arguments) {
            given_[argument] =
                argument->index < types.size() ? types[argument->index] : LintType::Unknown;
        }
    }

    // --- types
    LintType type_of(const LintVariable& variable) {
        const auto [entry, fresh] = types_.emplace(&variable, LintType::Unknown);
        if (!fresh) {
            return entry->second;  // while it is being worked out: one that depends on itself
        }
        LintType type = LintType::Nil;
        const auto given = given_.find(&variable);
        if (given != given_.end()) {
            type = given->second;
        } else if (variable.kind == LintVariable::Kind::Argument) {
            type = type_of_argument(variable);
        }
        for (const LintExpr* value : variable.values) {
            type = join(type, value == nullptr ? LintType::Unknown : type_of(*value));
        }
        return types_[&variable] = type;
    }
    // Of a function that is known by one name and only ever called by it.
    LintType type_of_argument(const LintVariable& argument) {
        const LintVariable* name = argument.owner == nullptr ? nullptr : argument.owner->name;
        if (name == nullptr || name->writes != 0 || name->calls.empty() ||
            name->reads != static_cast<int>(name->calls.size())) {
            return LintType::Unknown;
        }
        LintType type = LintType::Nil;
        for (const LintExpr* call : name->calls) {
            const std::size_t at = argument.index + 1;  // parts[0] is what is called
            const LintExpr& last = *call->parts.back();
            const bool many =
                call->parts.size() > 1 && call->parts.size() <= at + 1 &&
                (last.kind == LintExpr::Kind::Call || last.kind == LintExpr::Kind::Vararg);
            const LintType given = many                      ? LintType::Unknown
                                   : at < call->parts.size() ? type_of(*call->parts[at])
                                                             : LintType::Nil;
            type = join(type, given);
        }
        return type;
    }
    LintType type_of(const LintExpr& expr) {
        switch (expr.kind) {
            case LintExpr::Kind::Nil:
                return LintType::Nil;
            case LintExpr::Kind::Number:
                return LintType::Number;
            case LintExpr::Kind::Text:
                return LintType::Text;
            case LintExpr::Kind::Boolean:
                return LintType::Boolean;
            case LintExpr::Kind::Paren:
                return type_of(*expr.parts.front());
            case LintExpr::Kind::Name:
                return type_of(*expr.variable);
            case LintExpr::Kind::Global:
                return expr.text == "params" ? LintType::Params : LintType::Unknown;
            case LintExpr::Kind::Index:
                return type_of_field(expr).value_or(LintType::Unknown);
            case LintExpr::Kind::Unary:
                return expr.text == "not" ? LintType::Boolean : LintType::Number;
            case LintExpr::Kind::Binary:
                return type_of_binary(expr);
            default:
                return LintType::Unknown;
        }
    }
    // Nothing when the table is known and has no such field.
    std::optional<LintType> type_of_field(const LintExpr& index) {
        const LintType table = type_of(*index.parts.front());
        if (!is_table(table) || index.parts.size() > 1) {
            return LintType::Unknown;
        }
        const Fields& fields = tables_[table];
        const auto found = fields.find(index.text);
        return found == fields.end() ? std::nullopt : std::optional(found->second);
    }
    LintType type_of_binary(const LintExpr& both) {
        const std::string& sign = both.text;
        if (sign == "and" || sign == "or") {
            const LintType left = type_of(*both.parts[0]);
            const LintType right = type_of(*both.parts[1]);
            if (sign == "or" || left == LintType::Boolean || left == LintType::Unknown) {
                return left == LintType::Unknown ? left : join(left, right);
            }
            return right;  // what is on the left is no false, so it is nil or passed over
        }
        if (sign == "..") {
            return LintType::Text;
        }
        return is_comparison(sign) ? LintType::Boolean : LintType::Number;
    }
    static bool is_comparison(std::string_view sign) {
        return sign == "==" || sign == "~=" || sign == "<" || sign == ">" || sign == "<=" ||
               sign == ">=";
    }

    // --- findings
    void tell(LintPlace place, const std::string& text) {
        if (telling_) {
            findings_.push_back({tree_.file, place.line, place.column, text});
        }
    }
    // A rule may put a table of its own into its input; what it holds is not known then.
    void forget_replaced(const LintExpr& target) {
        if (target.kind == LintExpr::Kind::Index && target.parts.size() == 1 &&
            type_of(*target.parts.front()) == LintType::Input) {
            const auto field = tables_[LintType::Input].find(target.text);
            if (field != tables_[LintType::Input].end()) {
                field->second = LintType::Unknown;
            }
        }
    }
    void check_index(const LintExpr& index) {
        const LintType table = type_of(*index.parts.front());
        if (table == LintType::Params) {
            index.parts.size() > 1 ? static_cast<void>(use_.all = true)
                                   : static_cast<void>(use_.names.insert(index.text));
        }
        if (type_of_field(index).has_value()) {
            return;
        }
        std::vector<std::string> names;
        for (const auto& [name, type] : tables_[table]) {
            names.push_back(name);
        }
        const std::string near = did_you_mean(index.text, names);
        const std::string what =
            table == LintType::Params
                ? "pack.lua declares no parameter '" + index.text + "'"
                : called(*index.parts.front(), table) + " has no field '" + index.text + "'";
        tell(index.place,
             what + "; " +
                 (!near.empty()               ? near
                  : table == LintType::Params ? "declare it there, or remove this"
                                              : "rules/README.md lists what there is"));
    }
    static std::string called(const LintExpr& table, LintType type) {
        switch (type) {
            case LintType::Input:
                return "input";
            case LintType::Market:
                return "input.market";
            case LintType::History:
                return "input.history";
            case LintType::Score:
                return "score";
            case LintType::Voters:
            case LintType::Parts:
                return table.kind == LintExpr::Kind::Name ? table.variable->name
                                                          : "input." + table.text;
            default:
                return table.kind == LintExpr::Kind::Index ? "input." + table.text : "a finding";
        }
    }
    void check_comparison(const LintExpr& both) {
        const LintType left = type_of(*both.parts[0]);
        const LintType right = type_of(*both.parts[1]);
        if (!is_comparison(both.text) || !is_plain(left) || !is_plain(right)) {
            return;
        }
        const bool equality = both.text == "==" || both.text == "~=";
        if (left == right && (equality || left != LintType::Boolean)) {
            return;
        }
        const std::string text = std::string("compares ") + word_of(left) + " with " +
                                 word_of(right) + ", which " +
                                 (!equality           ? "raises an error"
                                  : both.text == "==" ? "never holds"
                                                      : "always holds") +
                                 "; compare what is of one kind";
        tell(both.place, text);
    }
    // The table of parameters as a value of its own may be read by anybody.
    void check_value(const LintExpr& expr) {
        if ((expr.kind == LintExpr::Kind::Name || expr.kind == LintExpr::Kind::Global) &&
            type_of(expr) == LintType::Params) {
            use_.all = true;
        }
    }

    // --- walk
    void block(const LintBlock& block) {
        for (const LintStatement& statement : block.statements) {
            for (const auto& target : statement.targets) {
                telling_ ? void() : forget_replaced(*target);
                expression(*target);
            }
            for (const auto& value : statement.values) {
                const bool alias = statement.kind == LintStatement::Kind::Local;
                alias ? void() : check_value(*value);
                expression(*value);
            }
            for (const LintBlock& inner : statement.blocks) {
                this->block(inner);
            }
        }
    }
    void expression(const LintExpr& expr) {
        if (expr.kind == LintExpr::Kind::Index) {
            check_index(expr);
        } else if (expr.kind == LintExpr::Kind::Binary) {
            check_comparison(expr);
        }
        if (expr.function != nullptr) {
            block(expr.function->body);
        }
        for (std::size_t i = 0; i < expr.parts.size(); ++i) {
            const bool looked_into = expr.kind == LintExpr::Kind::Index && i == 0;
            looked_into ? void() : check_value(*expr.parts[i]);
            expression(*expr.parts[i]);
        }
    }

    const LintTree& tree_;
    LintParameterUse& use_;
    std::vector<LintFinding>& findings_;
    bool telling_ = false;  // the first of two walks only looks for what is replaced
    std::map<LintType, Fields> tables_;
    std::map<const LintVariable*, LintType> given_;
    std::map<const LintVariable*, LintType> types_;
};

}  // namespace

void lint_fields(const LintTree& tree, const RuleManifest& manifest, LintParameterUse& use,
                 std::vector<LintFinding>& findings) {
    const bool own_world =
        std::any_of(tree.variables.begin(), tree.variables.end(),
                    [](const LintVariable& variable) { return variable.name == "_ENV"; });
    if (own_world) {
        use.all = true;  // names do not mean what they seem to
        return;
    }
    FieldCheck(tree, manifest, use, findings).run();
}

}  // namespace petrel::core
