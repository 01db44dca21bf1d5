// What a preview shows of a request, and what it never shows.
#include "cli/preview_text.hpp"

#include <gmock/gmock.h>

#include "cli/sample_alert.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PreviewText, masks_secrets_wherever_they_stand) {
    const PreviewRequest request =
        masked_request({"POST",
                        "https://api.test/bot12:tok/send",
                        {{"authorization", "Basic dG9r"}, {"x-topic", "12:tok"}},
                        "{\"chat\":-100,\"again\":\"12:tok12:tok\"}"},
                       {"12:tok", "-100", ""});
    EXPECT_EQ(request.url, "https://api.test/bot***/send");
    EXPECT_EQ(request.headers[0].second, "***");
    EXPECT_EQ(request.headers[1].second, "***");
    EXPECT_EQ(request.body, "{\"chat\":***,\"again\":\"******\"}");
}

TEST(PreviewText, lays_json_out_with_its_texts_as_they_are_read) {
    const std::string text =
        body_text({"POST",
                   "",
                   {{"content-type", "application/json"}},
                   "{\"text\":\"<b>one</b>\\ntwo\",\"list\":[{\"x\":\"a\\nb\"}],\"plain\":\"c\"}"});
    EXPECT_THAT(text, HasSubstr("\"plain\": \"c\""));
    EXPECT_THAT(text, HasSubstr("\ntext:\n<b>one</b>\ntwo\n"));
    EXPECT_THAT(text, HasSubstr("\nlist.0.x:\na\nb\n"));
    EXPECT_THAT(text, Not(HasSubstr("\nplain:")));
    EXPECT_EQ(body_text({"POST", "", {}, "no json"}), "no json\n");
    const std::string masked =
        body_text({"POST", "", {}, "{\"chat\":***,\"text\":\"a:***,\\nb\",\"id\":***}"});
    EXPECT_THAT(masked, HasSubstr("\"chat\": \"***\""));
}

TEST(PreviewText, shows_the_parts_of_a_form_without_its_files) {
    const std::string body =
        "--p0\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\n<b>x</b>\r\n"
        "--p0\r\nContent-Disposition: form-data; name=\"photo\"\r\nContent-Type: image/png\r\n\r\n"
        "\x89PNG123\r\n--p0--\r\n";
    const std::string text =
        body_text({"POST", "", {{"content-type", "multipart/form-data; boundary=p0"}}, body});
    EXPECT_EQ(text,
              "-- Content-Disposition: form-data; name=\"caption\"\n<b>x</b>\n"
              "-- Content-Disposition: form-data; name=\"photo\" Content-Type: image/png\n"
              "(7 bytes)\n");
}

TEST(SampleMessage, there_is_one_of_each_kind_and_every_shipped_field_has_its_value) {
    for (const std::string& kind : sample_kinds()) {
        const SampleMessage message = sample_message(kind, {"pager", {}}, shipped_messages());
        const AlertText& alert = message.alert;
        EXPECT_THAT(alert.headline, Not(HasSubstr("?"))) << kind;
        EXPECT_THAT(alert.footer, Not(HasSubstr("?"))) << kind;
        for (const MessageField& field : shipped_messages().form(kind).fields) {
            if (field.name != kOwnFields) {
                EXPECT_THAT(alert.fields, ::testing::Contains(::testing::Key(field.name))) << kind;
            }
        }
    }
}

TEST(SampleMessage, a_channel_sees_updates_in_its_own_way_and_no_kind_that_it_never_gets) {
    ChannelTraits plain;
    ChannelTraits edits;
    edits.abilities = PETREL_CAN_EDIT | PETREL_CAN_ACKNOWLEDGE;
    const auto of = [](const char* kind, const ChannelTraits& traits) {
        return sample_message(kind, {"pager", traits}, shipped_messages());
    };
    EXPECT_THAT(of("update", plain).alert.headline, HasSubstr("update · "));
    EXPECT_THAT(of("update", edits).alert.headline, Not(HasSubstr("update · ")));
    EXPECT_EQ(of("end", plain).never, "it is told of no ends");
    EXPECT_EQ(of("end", edits).never, "");
    EXPECT_EQ(of("acknowledged", plain).never, "it is told of no acknowledgements");
    EXPECT_EQ(of("acknowledged", edits).never, "");
    plain.digests = false;
    EXPECT_EQ(of("digest", plain).never, "it gets each alert alone");
}

}  // namespace
}  // namespace petrel::core
