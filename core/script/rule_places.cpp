// Offsets are taken of a struct at hand: the lists have pointers to members.
#include "script/rule_places.hpp"

#include <algorithm>
#include <span>

#include "script/lua_fields.hpp"

namespace petrel::core {
namespace {

using Place = RuleProgram::Place;

template <typename Owner, typename Member>
Place place_at(Place::Form form, Member Owner::* member) {
    static const Owner probe{};
    const auto* from = reinterpret_cast<const char*>(&probe);
    const auto* to = reinterpret_cast<const char*>(&(probe.*member));
    return {form, static_cast<std::uint16_t>(to - from)};
}

template <typename Owner>
Place place_in(std::span<const LuaField<Owner>> fields, std::string_view name) {
    for (const LuaField<Owner>& field : fields) {
        if (name == field.name) {
            return field.number != nullptr ? place_at(Place::Form::Number, field.number)
                   : field.text != nullptr ? place_at(Place::Form::Text, field.text)
                                           : place_at(Place::Form::Flag, field.flag);
        }
    }
    return {};
}

Place link_of(std::string_view name) {
    constexpr std::array<std::string_view, 7> links{"finding", "storm", "cluster", "market",
                                                    "history", "votes", "accuracy"};
    const auto* const found = std::find(links.begin(), links.end(), name);
    return found == links.end()
               ? Place{}
               : Place{Place::Form::Link, static_cast<std::uint16_t>(found - links.begin())};
}

Place cell_of(const std::vector<RuleVoter>& declared, std::string_view name) {
    const auto found = std::find_if(declared.begin(), declared.end(),
                                    [&](const RuleVoter& voter) { return voter.name == name; });
    return found == declared.end()
               ? Place{}
               : Place{Place::Form::Cell, static_cast<std::uint16_t>(found - declared.begin())};
}

}  // namespace

std::array<Place, kRuleHostTables> places_of(std::string_view name, const RuleManifest& manifest) {
    std::array<Place, kRuleHostTables> places{};
    const auto in = [&](RuleHostTable table) -> Place& {
        return places[static_cast<std::size_t>(table)];
    };
    const Place link = link_of(name);
    in(RuleHostTable::Input) =
        link.form == Place::Form::None ? place_in(input_fields(), name) : link;
    in(RuleHostTable::Finding) = place_in(finding_fields(), name);
    in(RuleHostTable::Market) = place_in(market_fields(), name);
    in(RuleHostTable::History) = place_in(history_fields(), name);
    in(RuleHostTable::Score) = place_in(score_fields(), name);
    for (const RuleHostTable table : {RuleHostTable::PluginVotes, RuleHostTable::Accuracy,
                                      RuleHostTable::Votes, RuleHostTable::Weights}) {
        in(table) = cell_of(manifest.voters, name);
    }
    in(RuleHostTable::Parts) = cell_of(manifest.health, name);
    return places;
}

}  // namespace petrel::core
