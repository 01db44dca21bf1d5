// Templates as people write them: what is taken apart, and where the carets of a mistake point.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "config/message_template.hpp"
#include "config/message_words.hpp"
#include "core/config/config_support.hpp"

namespace petrel::core {
namespace {

using testing::codes;
using ::testing::HasSubstr;
using testing::load;

std::string shown(const MessageTemplate& pieces) {
    std::string text;
    for (const TemplatePiece& piece : pieces) {
        text += piece.name.empty() ? piece.literal : "<" + piece.name + "|" + piece.format + ">";
        text += piece.part == 0 ? "" : "/" + std::to_string(piece.part);
    }
    return text;
}

TEST(MessageTemplate, is_taken_apart_into_text_values_and_optional_parts) {
    const ParsedTemplate parsed =
        parse_template("a {notional:usd}[ in {window}] {{x}} [[y]][ {price}]", kWindowAlert);
    ASSERT_FALSE(parsed.fault) << parsed.fault->message;
    EXPECT_EQ(shown(parsed.pieces), "a <notional|usd> in /1<window|>/1 {x} [y] /2<price|>/2");
    EXPECT_TRUE(parse_template("", kWindowAlert).pieces.empty());
}

struct Fault {
    const char* fact;
    std::string text;
    std::size_t at;
    std::size_t length;
    std::string message;
    std::string help;
};

class TemplateFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(TemplateFaults, name_the_place_and_the_way_out) {
    const ParsedTemplate parsed = parse_template(GetParam().text, kWindowAlert);
    ASSERT_TRUE(parsed.fault);
    EXPECT_EQ(parsed.fault->at, GetParam().at);
    EXPECT_EQ(parsed.fault->length, GetParam().length);
    EXPECT_THAT(parsed.fault->message, HasSubstr(GetParam().message));
    EXPECT_THAT(parsed.fault->help, HasSubstr(GetParam().help));
}

INSTANTIATE_TEST_SUITE_P(
    templates, TemplateFaults,
    ::testing::Values(
        Fault{"unknown", "a {notionl}", 3, 7, "no value '{notionl}'", "did you mean 'notional'?"},
        Fault{"other_type", "{detail}", 1, 6, "this type of alert has no value", "there are: "},
        Fault{"format", "{score:usd}", 7, 3, "cannot be written as 'usd'", "there are: 0, 1"},
        Fault{"near_format", "{side:word}", 6, 4, "written as 'word'", "did you mean 'words'?"},
        Fault{"no_format", "{events:2}", 8, 1, "written as '2'", "it takes no format"},
        Fault{"empty_format", "{score:}", 7, 1, "cannot be written as ''", "there are"},
        Fault{"open_brace", "a {score", 2, 1, "not closed", "'{{'"},
        Fault{"close_brace", "a } b", 2, 1, "closes nothing", "'}}'"},
        Fault{"open_part", "a [ {score}", 2, 1, "does not end", "'[['"},
        Fault{"close_part", "a ] b", 2, 1, "closes nothing", "']]'"},
        Fault{"part_in_part", "[{score} [{side}]]", 9, 1, "stands in another", "'[['"},
        Fault{"part_without_value", "a [b] c", 2, 3, "never vanishes", "'[['"},
        Fault{"line_break", "a\nb", 1, 1, "line break", "one line"},
        Fault{"too_long", std::string(1'001, 'x'), 0, 1'001, "longer than", "shorten"}),
    [](const auto& given) { return given.param.fact; });

TEST(ConfigMessages, carets_stand_under_the_value_in_the_file) {
    const LoadResult result = load("[messages.LIQ_STORM]\nheadline = \"▼ {coin} {scroe:2}\"\n");
    ASSERT_EQ(codes(result), "PTL-C030@2:23");
    EXPECT_EQ(result.problems[0].place.length, 5U);
    EXPECT_EQ(result.problems[0].help, "did you mean 'score'?");
    EXPECT_THAT(result.problems[0].message, HasSubstr("messages.LIQ_STORM.headline"));
    const LoadResult field =
        load("[messages.SYSTEM]\nfields = [\n  \"Detail: {detail}\",\n  \"Coin: {coin}\",\n]\n");
    EXPECT_EQ(codes(field), "PTL-C030@4:11");
    const LoadResult escaped = load("[messages.SYSTEM]\nheadline = \"\\t\\\" {coin}\"\n");
    EXPECT_EQ(codes(escaped), "PTL-C030@2:12") << "text that the file does not show as it is";
}

TEST(ConfigMessages, what_is_no_text_of_a_message_is_refused) {
    EXPECT_EQ(codes(load("[messages.LIQ_STORM]\nfields = [\"Total {notional}\"]\n")),
              "PTL-C030@2:11");
    EXPECT_EQ(codes(load("[messages.LIQ_STORM]\nheadlin = \"x\"\n")), "PTL-C003@2:1");
    EXPECT_EQ(codes(load("[messages.LIQ_STROM]\nheadline = \"x\"\n")), "PTL-C013@1:11");
    EXPECT_EQ(codes(load("[messages]\nstorm = 5\n")), "PTL-C003@2:1");
    EXPECT_EQ(codes(load("[messages]\npicture_wait = \"5s\"\n")), "PTL-C005@2:16");
}

TEST(ConfigMessages, occasions_have_values_and_keys_of_their_own) {
    EXPECT_EQ(codes(load("[messages.update]\nfields = [\"*\", \"No: {number} of {coin}\"]\n")), "");
    EXPECT_EQ(codes(load("[messages.LIQ_STORM]\nfields = [\"*\"]\n")), "PTL-C030@2:11")
        << "a type has no lines beside its own";
    EXPECT_EQ(codes(load("[messages.LIQ_STORM]\nheadline = \"{number}\"\n")), "PTL-C030@2:14");
    EXPECT_EQ(codes(load("[messages.end]\nheadline = \"{reason}\"\n")), "PTL-C030@2:14");
    EXPECT_EQ(codes(load("[messages.end]\npicture = \"x\"\n")), "PTL-C003@2:1");
    EXPECT_EQ(codes(load("[messages.end]\neach = \"a: b\"\n")), "PTL-C003@2:1");
    EXPECT_EQ(codes(load("[messages.digest]\neach = \"{time:clock} {headline}\"\n")),
              "PTL-C030@2:8");
    EXPECT_EQ(codes(load("[messages.digest]\neach = \"{time:clock}: {more}\"\n")), "PTL-C030@2:24");
    EXPECT_EQ(codes(load("[messages.digets]\nheadline = \"x\"\n")), "PTL-C003@1:11");
}

TEST(ConfigMessages, a_type_keeps_what_its_table_does_not_say) {
    const LoadResult result = load(
        "[messages]\nzone = \"Europe/Berlin\"\n[messages.LIQ_STORM]\nheadline = \"storm {coin}\"\n"
        "[messages.FUNDING_SPIKE]\nheadline = \"{coin} funding\"\n");
    ASSERT_EQ(codes(result), "");
    const auto& forms = result.config.messages.forms;
    EXPECT_EQ(result.config.messages.zone, "Europe/Berlin");
    EXPECT_EQ(shown(forms.at("LIQ_STORM").headline), "storm <coin|>");
    EXPECT_EQ(forms.at("LIQ_STORM").fields.front().name, "Side") << "as shipped";
    EXPECT_EQ(shown(forms.at("LIQ_STORM").footer), shown(forms.at("other").footer));
    EXPECT_EQ(forms.at("FUNDING_SPIKE").fields.size(), forms.at("other").fields.size());
}

TEST(ConfigMessages, the_shipped_wording_is_a_template_for_every_type) {
    const LoadResult result = load("");
    ASSERT_EQ(codes(result), "");
    for (const char* type : {"LIQUIDATION_LARGE", "WHALE_TRADE", "LIQ_STORM", "WHALE_CLUSTER",
                             "GLOBAL_RADAR", "SYSTEM", "other"}) {
        const MessageForm& form = result.config.messages.forms.at(type);
        EXPECT_FALSE(form.headline.empty()) << type;
        EXPECT_FALSE(form.fields.empty()) << type;
        EXPECT_FALSE(form.footer.empty()) << type;
    }
    for (const char* name : occasion::kAll) {
        const MessageForm& form = result.config.messages.forms.at(name);
        EXPECT_FALSE(form.headline.empty()) << name;
        EXPECT_FALSE(form.fields.empty()) << name;
    }
}

TEST(ConfigMessages, the_documents_list_every_value_and_format) {
    std::ifstream file(std::string(PETREL_SOURCE_DIR) + "/docs/reference/messages.md");
    std::stringstream text;
    text << file.rdbuf();
    for (const MessageWord& word : message_words()) {
        EXPECT_THAT(text.str(), HasSubstr("| `{" + std::string(word.name) + "}` |"));
        EXPECT_THAT(text.str(), HasSubstr(std::string(word.meaning))) << word.name;
    }
}

}  // namespace
}  // namespace petrel::core
