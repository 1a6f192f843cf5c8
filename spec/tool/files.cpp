// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Files and the terminal; see files.hpp.
#include "tool/files.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "check/file.hpp"
#include "tool/export.hpp"
#include "tool/report.hpp"

namespace plumb::spec::tool {
namespace {

namespace fs = std::filesystem;

std::string reason() { return std::generic_category().message(errno); }

/// A TLA+ module is named as its file is.
std::string module_name(const std::string& file) {
  std::string name;
  for (const char c : fs::path(file).stem().string()) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name.empty() ? "Counterexample" : name;
}

/// Runs Graphviz's dot on the graph.
void draw(const std::string& graph, const std::string& picture) {
  const std::string source = picture + ".dot";
  write_file(source, graph);
  const pid_t child = fork();
  if (child < 0) throw FileFailure("dot: cannot be started: " + reason());
  if (child == 0) {
    execlp("dot", "dot", "-Tsvg", "-o", picture.c_str(), source.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  std::error_code ignored;
  fs::remove(source, ignored);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw FileFailure(picture + ": the program dot failed, or is not installed (Graphviz)");
  }
}

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw FileFailure("standard output cannot be written: " + reason());
  }
}
void remark(std::string_view text) { (void)std::fwrite(text.data(), 1, text.size(), stderr); }

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) throw FileFailure(name + ": " + reason());
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) throw FileFailure(name + ": cannot be read");
  return text;
}
void write_file(const std::string& name, std::string_view text) {
  std::ofstream file(name, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (!file) throw FileFailure(name + ": cannot be written: " + reason());
}

TextFile::TextFile(std::string name)
    : name_(std::move(name)), file_(std::fopen(name_.c_str(), "wb")) {
  if (file_ == nullptr) fail("cannot be created");
}
TextFile::~TextFile() {
  if (file_ != nullptr) static_cast<void>(std::fclose(file_));
}
void TextFile::line(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), file_) == text.size() &&
                       std::fputc('\n', file_) != EOF;
  if (!written) fail("cannot be written");
}
void TextFile::close() {
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (!closed) fail("cannot be written");
}
void TextFile::fail(const char* what) const {
  throw FileFailure(name_ + ": " + what + ": " + reason());
}

void write_trace(const std::string& name, const Outcome& outcome, const Judged& judged) {
  const std::string form = fs::path(name).extension().string();
  if (form == ".txt") return write_file(name, to_text(outcome, judged));
  if (form == ".json") return write_file(name, to_itf(outcome, judged));
  if (form == ".tla") return write_file(name, to_tla(outcome, judged, module_name(name)));
  if (form == ".jsonl") return write_file(name, to_script(outcome, judged));
  if (form == ".dot") return write_dot(name, outcome, judged);
  if (form == ".svg") return draw(to_dot(outcome, judged), name);
  throw Refused("trace \"" + name +
                "\": the ending says the form: .txt .json .tla .dot .svg .jsonl");
}
void write_dot(const std::string& name, const Outcome& outcome, const Judged& judged) {
  write_file(name, to_dot(outcome, judged));
}

std::function<void(const Progress&)> progress_line(const std::string& what) {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  return [what, terminal](const Progress& p) {
    const std::string text = fmt::format(
        "{}: {:.0f} s, {} states, {:.2f} M/s, queue {}, depth {}, {} MiB", what, p.seconds,
        p.distinct, p.distinct_per_second / 1e6, p.queue, p.depth, p.bytes >> 20U);
    remark(terminal ? "\r" + text + "\x1b[K" : text + '\n');
  };
}

}  // namespace plumb::spec::tool
