// The picture read back by cairo: size, colours in their places, and what is refused; and the
// thread that draws.
#include "card/card.hpp"

#include <cairo/cairo.h>
#include <gmock/gmock.h>

#include <cmath>
#include <memory>

#include "card/card_painter.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t kEndNs = 1'795'200'040 * kNsPerSecond;

CardInput storm() {
    CardInput input;
    input.title = "▼ BTC long storm ≥ $17.9M in 78 s · 1.41 extreme";
    input.sentence = "long positions liquidated: at least $17.9M in 78 s";
    input.series.step_ns = 3 * kNsPerSecond;
    input.series.begin_ns = kEndNs - 100 * input.series.step_ns;
    for (int i = 0; i < 100; ++i) {
        input.series.points.push_back(
            {91'000.0 - i * 6, i > 70 ? 900'000.0 : 0, i > 20 && i < 40 ? 300'000.0 : 0});
    }
    input.span_begin_ns = kEndNs - 78 * kNsPerSecond;
    input.span_end_ns = kEndNs;
    return input;
}

// Pixels of a PNG, as 0xRRGGBB.
class Image {
public:
    explicit Image(std::string png) : png_(std::move(png)) {
        surface_.reset(cairo_image_surface_create_from_png_stream(
            [](void* self, unsigned char* data, unsigned int length) {
                auto* image = static_cast<Image*>(self);
                if (image->png_.size() - image->read_ < length) {
                    return CAIRO_STATUS_READ_ERROR;
                }
                image->png_.copy(reinterpret_cast<char*>(data), length, image->read_);
                image->read_ += length;
                return CAIRO_STATUS_SUCCESS;
            },
            this));
    }
    [[nodiscard]] int width() const { return cairo_image_surface_get_width(surface_.get()); }
    [[nodiscard]] int height() const { return cairo_image_surface_get_height(surface_.get()); }
    // How many pixels of the rectangle are of the colour, within a few steps.
    [[nodiscard]] int count(int from_y, int to_y, std::uint32_t colour) const {
        const unsigned char* data = cairo_image_surface_get_data(surface_.get());
        const int stride = cairo_image_surface_get_stride(surface_.get());
        int found = 0;
        for (int y = from_y; y < to_y; ++y) {
            for (int x = 0; x < width(); ++x) {
                const unsigned char* p = data + y * stride + x * 4;
                const int off = std::abs(p[2] - static_cast<int>(colour >> 16)) +
                                std::abs(p[1] - static_cast<int>(colour >> 8 & 0xFF)) +
                                std::abs(p[0] - static_cast<int>(colour & 0xFF));
                found += off < 12 ? 1 : 0;
            }
        }
        return found;
    }

private:
    struct Free {
        void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    };
    std::string png_;
    std::size_t read_ = 0;
    std::unique_ptr<cairo_surface_t, Free> surface_;
};

constexpr std::uint32_t kLongs = 0xf0883e;
constexpr std::uint32_t kShorts = 0x58a6ff;
constexpr std::uint32_t kText = 0xe8edf2;
constexpr int kZeroLine = 313;

TEST(Card, is_a_png_of_its_size_with_longs_below_and_shorts_above_the_line) {
    const Result<std::string> png = draw_card(storm());
    ASSERT_TRUE(png.ok()) << png.status().message();
    EXPECT_LT(png->size(), 60'000U);
    const Image image(*png);
    EXPECT_EQ(image.width(), kCardWidth);
    EXPECT_EQ(image.height(), kCardHeight);
    EXPECT_GT(image.count(kZeroLine + 2, 376, kLongs), 2'000);
    EXPECT_EQ(image.count(250, kZeroLine - 30, kLongs), 0);
    EXPECT_GT(image.count(250, kZeroLine - 2, kShorts), 500);
    EXPECT_GT(image.count(20, 45, kText), 200) << "a title";
    EXPECT_GT(image.count(116, 226, kText), 200) << "a price line";
}

// Words beneath it may be newer.
TEST(Card, says_until_when_it_shows) {
    const auto label = [](const CardInput& input) {
        return Image(*draw_card(input)).count(80, 100, kText);
    };
    CardInput later = storm();
    later.series.begin_ns += 8 * kNsPerSecond;  // from :40 to :48
    EXPECT_GT(label(storm()), 100);
    EXPECT_NE(label(storm()), label(later));
}

// On a phone 800 pixels are some 340 points wide: figures of 14 pixels are as high as small print.
TEST(Card, its_figures_can_be_read_on_a_phone) {
    constexpr std::uint32_t dim = 0x9fb0c0;
    const Image image(*draw_card(storm()));
    int rows = 0;
    for (int y = 380; y < kCardHeight; ++y) {
        rows += image.count(y, y + 1, dim) > 0 ? 1 : 0;
    }
    EXPECT_GE(rows, 14) << "times";
    CardInput brief = storm();
    brief.title = "BTC";
    EXPECT_GT(Image(*draw_card(brief)).count(18, 24, kText), 0) << "the larger the shorter it is";
}

TEST(Card, is_the_same_each_time) { EXPECT_EQ(*draw_card(storm()), *draw_card(storm())); }

TEST(Card, totals_of_a_sample_carry_the_mark_of_at_least) {
    CardInput sample = storm();
    for (SeriesPoint& point : sample.series.points) {
        point.shorts_usd = 0;
    }
    const Image whole(*draw_card(sample));
    sample.series.sampled = true;
    const Image marked(*draw_card(sample));
    EXPECT_GT(marked.count(361, 380, kLongs), whole.count(361, 380, kLongs) + 5);
    EXPECT_EQ(marked.count(267, 286, kShorts), whole.count(267, 286, kShorts))
        << "of nothing there is no more";
}

TEST(Card, texts_of_any_kind_and_length_stay_inside) {
    CardInput input = storm();
    for (const std::string& text :
         {std::string(10'000, 'W'), std::string("\xff\xc3\x28 \u202e <b>\n\0x", 15),
          std::string()}) {
        input.title = text;
        input.sentence = text;
        const Result<std::string> png = draw_card(input);
        ASSERT_TRUE(png.ok()) << png.status().message();
        EXPECT_EQ(Image(*png).width(), kCardWidth);
    }
}

TEST(Card, figures_at_the_edge_are_drawn) {
    CardInput flat = storm();
    for (SeriesPoint& point : flat.series.points) {
        point = {1e-8, 0, 0};
    }
    EXPECT_TRUE(draw_card(flat).ok()) << "one price, nothing liquidated";
    CardInput outside = storm();
    outside.span_begin_ns = 0;
    outside.span_end_ns = INT64_MAX / 2;
    outside.series.points[3].longs_usd = 1e300;
    EXPECT_TRUE(draw_card(outside).ok());
}

TEST(Card, refuses_what_is_no_series) {
    for (const double bad : {std::nan(""), HUGE_VAL, -1.0}) {
        CardInput input = storm();
        input.series.points[7].longs_usd = bad;
        EXPECT_THAT(draw_card(input).status().message(), HasSubstr("a figure that is none"));
    }
    CardInput none = storm();
    none.series.points.resize(1);
    EXPECT_THAT(draw_card(none).status().message(), HasSubstr("2 to 120 points"));
    CardInput priceless = storm();
    for (SeriesPoint& point : priceless.series.points) {
        point.price = 0;
    }
    EXPECT_THAT(draw_card(priceless).status().message(), HasSubstr("no price"));
}

TEST(CardPainter, draws_once_for_all_who_ask_and_counts_failures) {
    CardPainter painter;
    const auto first = painter.card(storm(), 10'000);
    ASSERT_TRUE(first.ok()) << first.status().message();
    EXPECT_EQ(painter.card(storm(), 10'000)->get(), first->get()) << "not drawn again";
    CardInput bad = storm();
    bad.series.points.clear();
    EXPECT_THAT(painter.card(bad, 10'000).status().message(), HasSubstr("2 to 120 points"));
    EXPECT_EQ(painter.figures().drawn, 1U);
    EXPECT_EQ(painter.figures().failed, 1U);
}

TEST(CardPainter, an_order_waits_for_nothing_and_is_told_when_it_is_there) {
    Mailbox<int> begun(1);
    Mailbox<int> go(1);
    Mailbox<std::string> drawn(100);
    CardPainter painter;
    ASSERT_TRUE(painter.order(storm(), [&](const auto& png) {
        drawn.try_push(png.ok() ? **png : png.status().message());
        begun.try_push(1);
        go.pop(60'000);
    }));
    ASSERT_TRUE(begun.pop(60'000).has_value());
    CardInput bad = storm();
    bad.series.points.clear();
    const auto answer = [&](const auto& png) { drawn.try_push(png.status().message()); };
    std::size_t orders = 0;
    while (orders < 1'000 && painter.order(bad, answer)) {
        ++orders;
    }
    EXPECT_EQ(orders, 64U) << "and no more";
    go.try_push(1);
    EXPECT_THAT(drawn.pop(60'000).value_or(""), StartsWith("\x89PNG"));
    EXPECT_THAT(drawn.pop(60'000).value_or(""), HasSubstr("2 to 120 points"));
}

TEST(CardPainter, who_cannot_wait_is_told_so_at_once) {
    CardPainter painter;
    const auto card = painter.card(storm(), 0);
    EXPECT_THAT(card.status().message(), HasSubstr("not drawn within 0 ms"));
    EXPECT_EQ(painter.figures().late, 1U);
}

}  // namespace
}  // namespace petrel::core
