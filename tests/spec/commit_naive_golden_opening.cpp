// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The golden protocol in the most obvious way: an opening judges a store as FORMAT.md, section 6,
// says (commit_naive_golden.hpp).
// Spec:          EV-2; AC-4 to AC-8, AC-11; FORMAT.md, section 6.
#include "commit_naive_golden_disk.hpp"

namespace plumb::test::naive {

using namespace golden;
using spec::commit::Program;

namespace {

/// Lines that chain: what follows the first unreadable one is left out.
unsigned readable_lines(const State& s) {
  unsigned count = 0;
  while (count < s.audit.size() && s.audit[count].cached.event != Event::nothing &&
         s.audit[count].cached.event != Event::torn) {
    ++count;
  }
  return count;
}
bool in_place(const Segment& segment, const Block& record) {
  const Header& header = segment.header.cached;
  return record.bytes == Bytes::whole && header.bytes == Bytes::whole &&
         record.number == header.number && record.salt == header.salt;
}

bool has_slot(const State& s, unsigned number) {
  return std::any_of(s.segments.begin(), s.segments.end(), [&](const Segment& segment) {
    return segment.header.cached.bytes == Bytes::whole && segment.header.cached.number == number;
  });
}
/// Rule 5: the entry of the opening that wrote the checkpoint is the last line that it vouches for.
bool is_of_unfinished_opening(const State& s, const Image& image) {
  const unsigned lines = readable_lines(s);
  if (image.anchor == 0 || image.anchor > lines) return false;
  const bool is_entry = s.audit[image.anchor - 1].cached.event != Event::end;
  const bool has_end = image.anchor < lines && s.audit[image.anchor].cached.event == Event::end;
  return is_entry && !has_end;
}
/// Records at that place which hold the digest of the log so far.
std::vector<Block> successors(const State& s, Place place) {
  std::vector<Block> found;
  for (const Segment& segment : s.segments) {
    if (segment.header.cached.number != place.number) continue;
    if (place.slot >= segment.blocks.size()) continue;
    const Block& record = segment.blocks[place.slot].cached;
    if (in_place(segment, record) && record.previous == s.written) found.push_back(record);
  }
  return found;
}
/// Rule 6: in the next block, else in the first one of the next number. Returns where the log ends.
Place follow_log(State& s, Place end) {
  while (true) {
    Place place = end;
    std::vector<Block> next = successors(s, place);
    if (next.empty()) {
      place = {end.number + 1, 0};
      next = successors(s, place);
    }
    if (next.empty()) return end;
    if (next.size() > 1) s.refuses = true;
    s.written.insert(next.front().ids.begin(), next.front().ids.end());
    end = {place.number, place.slot + 1};
  }
}
/// Rules 7 and 8: what no legal stop leaves behind the end of the log.
void look_behind(State& s, Place position, Place end) {
  const std::size_t next_seq = s.written.size() + 1;
  for (const Segment& segment : s.segments) {
    const Header& header = segment.header.cached;
    for (unsigned i = 0; i < segment.blocks.size(); ++i) {
      const Block& record = segment.blocks[i].cached;
      if (record.bytes != Bytes::whole) continue;
      // A full segment at the position may have been taken for a new one, whose header is torn now.
      const bool at_position = Place{record.number, i} >= position;
      if (header.bytes != Bytes::whole && at_position) s.refuses = true;
      if (!in_place(segment, record) || Place{header.number, i} < end) continue;
      const bool out_of_order =
          record.previous.size() + 1 <= next_seq || record.previous == s.written;
      if (record.durable_seq >= next_seq || out_of_order) s.refuses = true;
      for (unsigned m = end.number + 1; m < header.number; ++m) {
        if (!has_slot(s, m)) s.refuses = true;
      }
      if (s.loaded != s.checkpoint_number && header.number > end.number) s.refuses = true;
    }
  }
}

}  // namespace

void Golden::opening(Op op, const State& s, Steps& steps) const {
  State to = s;
  switch (op) {
    case Op::LoadCheckpoint:
      if (!s.expected) to.expected = undisturbed(s);
      load_checkpoint(to);
      break;
    case Op::ScanWal:
      if (!s.refuses) scan_wal(to);
      to.need_seq = 0;
      break;
    case Op::RedoWal:
      if (s.refuses) {
        stop(to);
        to.phase = Phase::refused;
        steps.push_back({Op::Refuse, to});
        return;
      }
      to.visible = s.written;
      to.written.clear();
      break;
    case Op::LogAudit:
      return log_audit(s, steps);
    case Op::CleanTemp:
      remove_temp(to);
      break;
    case Op::Open:
      open(to);
      steps.push_back({op, to});
      return;
    default:
      return;
  }
  go_on(Thread::opening, to, op, steps);
}

/// FORMAT.md, section 6, rule 1: an empty folder, or one whose init never came to its end.
bool Golden::is_unfinished_init(const State& s) const {
  for (const Segment& segment : s.segments) {
    if (segment.header.cached.number > 1) return false;
    for (const Item<Block>& block : segment.blocks) {
      if (block.cached.bytes == Bytes::whole) return false;
    }
  }
  for (unsigned i = 0; i < readable_lines(s); ++i) {
    if (s.audit[i].cached.event == Event::end) return false;
  }
  return true;
}

/// Rule 2: the one with the highest number that can be read.
void Golden::load_checkpoint(State& s) const {
  bool any = false;
  for (auto entry = s.checkpoints.rbegin(); entry != s.checkpoints.rend(); ++entry) {
    const auto& [number, name] = *entry;
    if (!name.cached) continue;
    if (!any) s.checkpoint_number = number;
    any = true;
    const File& file = s.files.at(*name.cached);
    if (file.intact.cached) {
      s.loaded = number;
      s.visible = file.image.content;
      s.anchor = file.image.anchor;
      return;
    }
    s.need_seq = std::max(s.need_seq, static_cast<unsigned>(file.image.content.size()));
  }
  s.first_start = !any && is_unfinished_init(s);
  s.refuses = !s.first_start;
}

/// Rules 3 and 5 to 8.
void Golden::scan_wal(State& s) const {
  s.written = s.visible;
  if (s.first_start) return;
  const Image& image = s.files.at(*s.checkpoints.at(s.loaded).cached).image;
  const bool at_full_segment = image.position.slot >= bounds_.segment_records;
  const bool may_miss = at_full_segment || is_of_unfinished_opening(s, image);
  if (readable_lines(s) < image.anchor) s.refuses = true;
  if (!has_slot(s, image.position.number) && !may_miss) s.refuses = true;
  const Place end = follow_log(s, image.position);
  if (s.written.size() < s.need_seq) s.refuses = true;
  look_behind(s, image.position, end);
}

/// A line, and every line behind the loaded anchor again; then their sync.
void Golden::log_audit(const State& s, Steps& steps) const {
  if (s.half) {
    failed_sync(Thread::opening, s, steps);
    State to = s;
    sync(to, audit_items(s));
    to.half = false;
    to.confirmed = readable_lines(to);
    to.audited = to.confirmed;
    return go_on(Thread::opening, to, Op::LogAudit, steps);
  }
  disk_full(Thread::opening, s, steps);
  const bool is_end = row_.recovery.before(s.pc, Op::LogAudit) > 0;
  const Line line{is_end ? Event::end : s.first_start ? Event::init : Event::open, s.visible};
  unsigned count = readable_lines(s);
  // An entry without its end is taken up where it says the same.
  const bool taken_up = !is_end && count > 0 && s.audit[count - 1].cached == line;
  if (taken_up) --count;
  State longer = s;
  if (longer.audit.size() <= count) longer.audit.resize(count + 1);
  longer.audit.resize(count + 1);
  for (State& to : taken_up ? States{longer} : settled(longer, {{Ref::line, count}})) {
    to.audit[count].cached = line;
    for (unsigned i = s.anchor; i <= count; ++i) {
      Item<Line>& item = to.audit[i];
      if (item.survive != std::set<Line>{item.cached}) write(item, Line(item.cached));
    }
    to.half = true;
    steps.push_back({Op::LogAudit, to});
  }
}

void Golden::open(State& s) const {
  s.promised.insert(s.visible.begin(), s.visible.end());
  std::erase_if(s.acked, [&](unsigned id) { return !s.visible.contains(id); });
  // What is left out behind the last one shown is lost.
  for (unsigned id = s.started; id > 0 && !s.visible.contains(id); --id) s.lost.insert(id);
  s.expected.reset();
  s.written = s.durable = s.checkpointed = s.visible;
  s.loaded = s.anchor = 0;
  s.first_start = false;
  s.pc = 0;
  s.phase = Phase::running;
}

/// What an opening shows that finds this disk with nothing pending, and is not disturbed.
std::optional<Ids> Golden::undisturbed(State s) const {
  for (const Ref& ref : all_items(s)) {
    const bool quiet = at(s, ref, [](const auto& item) {
      return !item.dirty && item.survive.size() == 1 && item.survive.contains(item.cached);
    });
    if (!quiet) return {};
  }
  load_checkpoint(s);
  if (!s.refuses) scan_wal(s);
  if (s.refuses) return {};
  return s.written;
}

}  // namespace plumb::test::naive
