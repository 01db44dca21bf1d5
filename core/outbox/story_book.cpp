// The newest row of a channel says where its story stands.
#include "outbox/story_book.hpp"

#include "outbox/escalations.hpp"
#include "outbox/pictures.hpp"

namespace petrel::core {
namespace {

StoryFigures figures_in(const NotificationRow& row, const AlertText& alert) {
    return {strength_rank(alert.strength), alert.notional_usd, row.created_ns};
}

}  // namespace

const StoryBook::Story* StoryBook::find(const std::string& story) const {
    const auto found = stories_.find(story);
    return found == stories_.end() ? nullptr : &found->second;
}

const StoryBook::Told* StoryBook::find(const std::string& story, const std::string& channel) const {
    const Story* known = find(story);
    if (known == nullptr) {
        return nullptr;
    }
    const auto found = known->find(channel);
    return found == known->end() ? nullptr : &found->second;
}

void StoryBook::note_picture(const NotificationRow& row, const AlertText& alert) {
    const auto story = stories_.find(row.signal_id);
    if (story == stories_.end() || (row.state != "delivered" && row.state != "refused")) {
        return;
    }
    if (const auto told = story->second.find(row.channel); told != story->second.end()) {
        told->second.pictured = figures_in(row, alert);
    }
}

void StoryBook::note(const NotificationRow& row, const AlertText& alert) {
    if (is_picture(row)) {
        return note_picture(row, alert);
    }
    // An escalation is told when nobody has acknowledged; that somebody has is no news of the
    // story.
    if ((is_escalation(row.key) && row.state != "delivered") || row.key.ends_with("/ack")) {
        return;
    }
    if (stories_.size() >= kStoriesMax && !stories_.contains(row.signal_id)) {
        stories_.clear();
    }
    Told& told = stories_[row.signal_id][row.channel];
    if (row.seq < told.last.seq) {
        return;
    }
    told.sent = row.seq == 0 ? row.state != "held" : told.sent;
    told.figures = figures_in(row, alert);
    told.last = row;
    told.last.payload.clear();
}

}  // namespace petrel::core
