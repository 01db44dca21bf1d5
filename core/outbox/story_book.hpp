// What channels were told of the stories that are open, as last written to the store.
//
// Delivery thread. A memory of what the store knows: a story that is not in it is read from there.
// Bounded; when it is full it begins anew.
#pragma once

#include <map>
#include <string>

#include "outbox/story_updates.hpp"
#include "store/rows.hpp"

namespace petrel::core {

class StoryBook {
public:
    struct Told {
        StoryFigures figures;
        StoryFigures pictured;  // of its newest picture that was taken or refused
        NotificationRow last;   // the newest of its rows; `seq` numbers them
        bool sent = false;      // routing let the first one through
        [[nodiscard]] bool ended() const { return last.phase == "end"; }
    };
    using Story = std::map<std::string, Told>;  // by channel

    // Null when it is not known.
    const Story* find(const std::string& story) const;
    const Told* find(const std::string& story, const std::string& channel) const;

    // A row that was written or read, with the alert that it holds; a picture behind its message.
    void note(const NotificationRow& row, const AlertText& alert);
    void forget(const std::string& story) { stories_.erase(story); }

private:
    void note_picture(const NotificationRow& row, const AlertText& alert);
    static constexpr std::size_t kStoriesMax = 20'000;
    std::map<std::string, Story> stories_;
};

}  // namespace petrel::core
