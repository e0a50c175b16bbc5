// The search for an order: whether commands that ran at the same time can have taken effect one
// after the other, each at some moment between its begin and its end, so that all had the outcomes
// they had.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "life_cycle.h"

// One command, or what it says of one container, as somebody saw it from outside.
struct Operation {
  std::string command;
  int container = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  int status = 0;
  std::string said;

  std::string outcome() const { return command + " " + std::to_string(status) + " " + said; }
};

// Follows one container through all the states it may be in at the time.
class Order {
 public:
  void begin(const Operation& operation) {
    std::size_t seat = 0;
    while (seat < seats_.size() && seats_[seat].operation != nullptr) ++seat;
    if (seat == seats_.size()) {
      seats_.push_back({});
      std::set<Course> wider;
      for (Course course : courses_) {
        course.progress.emplace_back();
        wider.insert(course);
      }
      courses_ = std::move(wider);
    }
    seats_[seat] = {&operation, &life::outcomes().at(operation.outcome())};
    std::set<Course> all;
    for (Course course : courses_) {
      for (std::uint8_t way = 0; way < seats_[seat].ways->size(); ++way) {
        course.progress[seat] = {way, 0};
        all.insert(course);
      }
    }
    courses_ = std::move(all);
  }

  // False when no order explains that outcome.
  bool end(const Operation& operation) {
    std::size_t seat = 0;
    while (seats_[seat].operation != &operation) ++seat;
    follow_all();
    std::set<Course> left;
    for (Course course : courses_) {
      if (next_step(course, seat) != nullptr) continue;
      course.progress[seat] = {};
      left.insert(course);
    }
    seats_[seat] = {};
    if (left.empty()) return false;
    courses_ = std::move(left);
    return true;
  }

  // The states that it may be in.
  std::string describe() const {
    std::set<life::State> states;
    for (const Course& course : courses_) states.insert(course.state);
    std::string text;
    for (const life::State state : states)
      text += std::string(text.empty() ? "" : ", ") + life::kNames[state];
    return text;
  }

 private:
  // A command under way.
  struct Seat {
    const Operation* operation = nullptr;
    const life::Ways* ways = nullptr;
  };

  // Of a command: which way, and how many of its steps.
  struct Progress {
    std::uint8_t way = 0;
    std::uint8_t steps = 0;
    auto operator<=>(const Progress&) const = default;
  };

  // How all may have gone until now.
  struct Course {
    life::State state = life::None;
    std::vector<Progress> progress;  // of each seat
    auto operator<=>(const Course&) const = default;
  };

  const life::Step* next_step(const Course& course, std::size_t seat) const {
    if (seats_[seat].ways == nullptr) return nullptr;
    const Progress& progress = course.progress[seat];
    const life::Steps& steps = (*seats_[seat].ways)[progress.way];
    return progress.steps == steps.size() ? nullptr : &steps[progress.steps];
  }

  // Who only looks does so at the first occasion: it is in nobody's way.
  void look(Course& course) const {
    for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
      for (const life::Step* step = next_step(course, seat);
           step != nullptr && step->is_look() && !step->from(course.state).empty();
           step = next_step(course, seat)) {
        ++course.progress[seat].steps;
      }
    }
  }

  // All that can follow from what is now.
  void follow_all() {
    std::vector<Course> open(courses_.begin(), courses_.end());
    courses_.clear();
    while (!open.empty()) {
      Course course = std::move(open.back());
      open.pop_back();
      look(course);
      if (!courses_.insert(course).second) continue;
      follow(course, open);
    }
  }

  void follow(const Course& course, std::vector<Course>& open) const {
    for (const life::State state : life::by_itself().from(course.state)) {
      open.push_back({state, course.progress});
    }
    for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
      const life::Step* step = next_step(course, seat);
      if (step == nullptr || step->is_look()) continue;
      for (const life::State state : step->from(course.state)) {
        open.push_back({state, course.progress});
        ++open.back().progress[seat].steps;
      }
    }
  }

  std::vector<Seat> seats_;
  std::set<Course> courses_{Course{}};
};
