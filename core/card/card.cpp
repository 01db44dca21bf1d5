// Drawn with cairo's plain text, which DejaVu Sans covers; colours are those of the dark dashboard,
// and sides differ by place as well: shorts above the zero line, longs below it.
#include "card/card.hpp"

#include <cairo/cairo.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string_view>

#include "petrel/plain_text.hpp"
#include "petrel/types.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

struct Colour {
    double red, green, blue, alpha;
};
constexpr Colour rgb(std::uint32_t hex, double alpha = 1) {
    return {(hex >> 16) / 255.0, (hex >> 8 & 0xFF) / 255.0, (hex & 0xFF) / 255.0, alpha};
}
constexpr Colour kPanel = rgb(0x161d26);
constexpr Colour kText = rgb(0xe8edf2);
constexpr Colour kDim = rgb(0x9fb0c0);
constexpr Colour kLine = rgb(0x33404f);
constexpr Colour kLongs = rgb(0xf0883e);
constexpr Colour kShorts = rgb(0x58a6ff);
constexpr Colour kSpanFill = rgb(0xf2cc60, 0.10);
constexpr Colour kSpanEdge = rgb(0xf2cc60, 0.85);

constexpr double kLeft = 24;
constexpr double kRight = 664;  // figures stand right of it
constexpr double kFigures = kRight + 10;
constexpr double kPriceTop = 116;
constexpr double kPriceBottom = 226;
constexpr double kBarsTop = 250;
constexpr double kBarsBottom = 376;
constexpr double kZero = (kBarsTop + kBarsBottom) / 2;

// A phone shows 800 pixels on less than half as many points: what is to be read there is twice as
// large as it would be on a page.
constexpr double kLabelSize = 21;
struct Sizes {
    double most, least;
    bool bold;
};
constexpr Sizes kTitleSizes{30, 21, true};
constexpr Sizes kSentenceSizes{22, 16, false};
constexpr Sizes kFigureSizes{kLabelSize, 13, false};

struct Free {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* context) const { cairo_destroy(context); }
};

class Painter {
public:
    Painter(cairo_t* context, const CardInput& input) : c_(context), input_(input) {
        for (const SeriesPoint& point : input.series.points) {
            most_usd_ = std::max({most_usd_, point.longs_usd, point.shorts_usd});
            longs_usd_ += point.longs_usd;
            shorts_usd_ += point.shorts_usd;
            if (point.price > 0) {
                low_ = low_ > 0 ? std::min(low_, point.price) : point.price;
                high_ = std::max(high_, point.price);
            }
        }
    }

    void paint() {
        set(kPanel);
        cairo_paint(c_);
        constexpr double room = kCardWidth - 2 * kLeft;
        fitted({kLeft, 42}, input_.title, kText, kTitleSizes, room);
        fitted({kLeft, 74}, input_.sentence, kDim, kSentenceSizes, room);
        times();
        span();
        bars();
        prices();
    }

private:
    struct Point {
        double x, y;
    };

    void set(const Colour& colour) const {
        cairo_set_source_rgba(c_, colour.red, colour.green, colour.blue, colour.alpha);
    }

    void font(double size, bool bold) const {
        cairo_select_font_face(c_, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                               bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
        cairo_set_font_size(c_, size);
    }

    [[nodiscard]] double width_of(const std::string& words) const {
        cairo_text_extents_t extents;
        cairo_text_extents(c_, words.c_str(), &extents);
        return extents.x_advance;
    }

    void text(Point at, const std::string& words, const Colour& colour, double room) const {
        std::string shown = plain_line(words);
        for (std::size_t length = 200; length > 1 && width_of(shown) > room; length -= 2) {
            shown = shortened(shown, length);
        }
        set(colour);
        cairo_move_to(c_, at.x, at.y);
        cairo_show_text(c_, shown.c_str());
    }

    // As large as fits into the room.
    void fitted(Point at, const std::string& words, const Colour& colour, const Sizes& sizes,
                double room) const {
        const std::string whole = shortened(plain_line(words), 200);
        double size = sizes.most;
        for (font(size, sizes.bold); size > sizes.least && width_of(whole) > room;
             font(size, sizes.bold)) {
            size -= 1;
        }
        text(at, words, colour, room);
    }

    // Beside the picture.
    void figure(double y, const std::string& words, const Colour& colour) const {
        fitted({kFigures, y}, words, colour, kFigureSizes, kCardWidth - kFigures - 4);
    }

    [[nodiscard]] double left_of(double middle, const std::string& words) const {
        const double half = width_of(words) / 2;
        return std::clamp(middle - half, kLeft, kRight - 2 * half);
    }

    void centred(Point at, const std::string& words, const Colour& colour) const {
        text({left_of(at.x, words), at.y}, words, colour, kCardWidth);
    }

    void line(Point from, Point to, const Colour& colour, double width) const {
        set(colour);
        cairo_set_line_width(c_, width);
        cairo_move_to(c_, from.x, from.y);
        cairo_line_to(c_, to.x, to.y);
        cairo_stroke(c_);
    }

    [[nodiscard]] std::int64_t length_ns() const {
        return input_.series.step_ns * static_cast<std::int64_t>(input_.series.points.size());
    }
    [[nodiscard]] double x_of(std::int64_t at_ns) const {
        const double share =
            static_cast<double>(at_ns - input_.series.begin_ns) / static_cast<double>(length_ns());
        return kLeft + std::clamp(share, 0.0, 1.0) * (kRight - kLeft);
    }
    [[nodiscard]] double x_of_point(std::size_t index, double within) const {
        return kLeft + (static_cast<double>(index) + within) * (kRight - kLeft) /
                           static_cast<double>(input_.series.points.size());
    }
    [[nodiscard]] double y_of(double price) const {
        const double spread = high_ - low_;
        const double share = spread > 0 ? (price - low_) / spread : 0.5;
        return kPriceBottom - share * (kPriceBottom - kPriceTop);
    }

    // Round times of UTC, at most four.
    void times() const {
        constexpr std::int64_t steps_s[] = {5, 15, 30, 60, 120, 300, 600, 1'800, 3'600, 14'400};
        std::int64_t step_ns = 86'400 * kNsPerSecond;
        for (const std::int64_t step_s : steps_s) {
            if (length_ns() / (step_s * kNsPerSecond) <= 4) {
                step_ns = step_s * kNsPerSecond;
                break;
            }
        }
        font(kLabelSize, false);
        const std::int64_t end_ns = input_.series.begin_ns + length_ns();
        double free_from = 0;  // a time at the edge is moved inwards
        for (std::int64_t at = (input_.series.begin_ns / step_ns + 1) * step_ns; at <= end_ns;
             at += step_ns) {
            line({x_of(at), kPriceTop - 8}, {x_of(at), kBarsBottom}, kLine, 1);
            const std::string clock =
                step_ns < 60 * kNsPerSecond ? clock_utc(at) : clock_utc(at).substr(0, 5);
            if (const double left = left_of(x_of(at), clock); left >= free_from) {
                text({left, 406}, clock, kDim, kCardWidth);
                free_from = left + width_of(clock) + kLabelSize;
            }
        }
        text({kFigures, 406}, "UTC", kDim, kCardWidth);
        figure(kPriceTop - 19, "at " + clock_utc(end_ns), kText);  // words beneath may be newer
        line({kLeft, kZero}, {kRight, kZero}, kLine, 1.5);
    }

    void span() const {
        const double from = x_of(input_.span_begin_ns);
        const double to = std::max(x_of(input_.span_end_ns), from + 3);
        set(kSpanFill);
        cairo_rectangle(c_, from, kPriceTop - 8, to - from, kBarsBottom - kPriceTop + 8);
        cairo_fill_preserve(c_);
        set(kSpanEdge);
        cairo_set_line_width(c_, 1);
        constexpr double dashes[] = {5, 4};
        cairo_set_dash(c_, dashes, 2, 0);
        cairo_stroke(c_);
        cairo_set_dash(c_, nullptr, 0, 0);
        const std::int64_t took_s = (input_.span_end_ns - input_.span_begin_ns) / kNsPerSecond;
        if (took_s > 0) {
            font(kLabelSize, false);
            centred({(from + to) / 2, kPriceTop - 13},
                    human_duration_ms(static_cast<std::uint64_t>(took_s) * 1'000), kSpanEdge);
        }
    }

    void bar(std::size_t index, double usd, const Colour& colour, double direction) const {
        if (usd <= 0) {
            return;
        }
        const double height = std::max(1.5, usd / most_usd_ * (kBarsBottom - kZero - 2));
        const double left = x_of_point(index, 0.1);
        set(colour);
        cairo_rectangle(c_, left, direction > 0 ? kZero : kZero - height,
                        std::max(1.0, x_of_point(index, 0.9) - left), height);
        cairo_fill(c_);
    }

    void bars() const {
        for (std::size_t i = 0; i < input_.series.points.size(); ++i) {
            bar(i, input_.series.points[i].shorts_usd, kShorts, -1);
            bar(i, input_.series.points[i].longs_usd, kLongs, 1);
        }
        figure(kBarsTop + 10, "▲ shorts", kShorts);
        figure(kBarsTop + 34, total(shorts_usd_), kShorts);
        figure(kZero + 7,
               "in " + human_duration_ms(static_cast<std::uint64_t>(length_ns() / kNsPerMs)), kDim);
        figure(kBarsBottom - 22, "▼ longs", kLongs);
        figure(kBarsBottom + 2, total(longs_usd_), kLongs);
    }

    // Of the whole picture, marked as in texts where a feed is a sample.
    [[nodiscard]] std::string total(double usd) const {
        return (input_.series.sampled && usd > 0 ? "≥ " : "") + human_usd(usd);
    }

    void prices() const {
        set(kText);
        cairo_set_line_width(c_, 2);
        cairo_set_line_join(c_, CAIRO_LINE_JOIN_ROUND);
        bool drawing = false;
        Point last{};
        for (std::size_t i = 0; i < input_.series.points.size(); ++i) {
            const double price = input_.series.points[i].price;
            if (price <= 0) {
                continue;
            }
            last = {x_of_point(i, 0.5), y_of(price)};
            (drawing ? cairo_line_to : cairo_move_to)(c_, last.x, last.y);
            drawing = true;
        }
        cairo_stroke(c_);
        cairo_arc(c_, last.x, last.y, 3.5, 0, 2 * M_PI);
        cairo_fill(c_);
        figure(kPriceTop + 6, human_price(high_), kDim);
        if (high_ > low_) {
            figure(kPriceBottom + 2, human_price(low_), kDim);
        }
    }

    cairo_t* c_;
    const CardInput& input_;
    double most_usd_ = 0;
    double longs_usd_ = 0;
    double shorts_usd_ = 0;
    double low_ = 0;
    double high_ = 0;
};

Status check(const CardInput& input) {
    const auto& points = input.series.points;
    if (points.size() < 2 || points.size() > kSeriesPointsMax || input.series.step_ns <= 0) {
        return Status::invalid("the card has no series of 2 to 120 points");
    }
    const bool sound = std::all_of(points.begin(), points.end(), [](const SeriesPoint& point) {
        return std::isfinite(point.price) && std::isfinite(point.longs_usd) &&
               std::isfinite(point.shorts_usd) && point.longs_usd >= 0 && point.shorts_usd >= 0;
    });
    if (!sound) {
        return Status::invalid("the card's series holds a figure that is none");
    }
    if (std::none_of(points.begin(), points.end(),
                     [](const SeriesPoint& point) { return point.price > 0; })) {
        return Status::invalid("the card's series holds no price");
    }
    return {};
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<std::string> draw_card(const CardInput& input) {
    if (Status checked = check(input); !checked.ok()) {
        return checked;
    }
    const std::unique_ptr<cairo_surface_t, Free> surface(
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, kCardWidth, kCardHeight));
    const std::unique_ptr<cairo_t, Free> context(cairo_create(surface.get()));
    Painter(context.get(), input).paint();
    if (const cairo_status_t drawn = cairo_status(context.get()); drawn != CAIRO_STATUS_SUCCESS) {
        return Status::io(std::string("the card was not drawn: ") + cairo_status_to_string(drawn));
    }
    std::string png;
    const cairo_status_t written = cairo_surface_write_to_png_stream(surface.get(), &append, &png);
    if (written != CAIRO_STATUS_SUCCESS) {
        return Status::io(std::string("the card was not written: ") +
                          cairo_status_to_string(written));
    }
    return png;
}

}  // namespace petrel::core
