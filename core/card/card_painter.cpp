// One worker, orders in turn. Orders that nobody waits for any more are left.
#include "card/card_painter.hpp"

#include <algorithm>

#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kOrdersMax = 64;
constexpr std::size_t kKeptMax = 32;  // about a megabyte

}  // namespace

CardPainter::CardPainter() : orders_(kOrdersMax), worker_("cards", [this] { run(); }) {}

CardPainter::~CardPainter() {
    orders_.close();
    worker_.join();
}

Result<CardPainter::Png> CardPainter::card(CardInput input, std::int64_t wait_ms) {
    auto answer = std::make_shared<Mailbox<Result<Png>>>(1);  // who waits may have gone
    const auto done = [answer](Result<Png> png) { answer->try_push(std::move(png)); };
    if (!orders_.try_push({std::move(input), steady_now_ns() + wait_ms * kNsPerMs, done})) {
        ++late_;
        return Status::io("too many cards wait to be drawn");
    }
    std::optional<Result<Png>> drawn = answer->pop(wait_ms);
    if (!drawn) {
        ++late_;
        return Status::io("the card was not drawn within " + std::to_string(wait_ms) + " ms");
    }
    return std::move(*drawn);
}

bool CardPainter::order(CardInput input, Done done) {
    return orders_.try_push({std::move(input), INT64_MAX, std::move(done)});
}

void CardPainter::run() {
    while (!orders_.closed()) {
        std::optional<Order> order = orders_.pop(1'000);
        if (order && steady_now_ns() <= order->wanted_until_ns) {
            order->done(draw(order->input));
        }
    }
}

Result<CardPainter::Png> CardPainter::draw(const CardInput& input) {
    const auto known = std::find_if(kept_.begin(), kept_.end(),
                                    [&](const auto& card) { return card.first == input; });
    if (known != kept_.end()) {
        return known->second;
    }
    Result<std::string> bytes = draw_card(input);
    if (!bytes.ok()) {
        ++failed_;
        return bytes.status();
    }
    ++drawn_;
    Png png = std::make_shared<const std::string>(std::move(*bytes));
    kept_.emplace_back(input, png);
    if (kept_.size() > kKeptMax) {
        kept_.pop_front();
    }
    return png;
}

}  // namespace petrel::core
