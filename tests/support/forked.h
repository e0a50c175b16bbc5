// Tests in processes of their own, which may change namespaces, ids and limits as they like.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace test_support {

// Runs it in a child that is cloned as a container's init is, with these CLONE_NEW* flags. Its
// value is the child's exit status, or 1 if an expectation failed there or a base::Error came out,
// which are printed there; 128 and the signal for a child that was killed.
int status_of_child(const std::function<int()>& child, std::uint64_t flags = 0);

// The same, where the child's failures are the test's.
void in_child(const std::function<void()>& body, std::uint64_t flags = 0);

// In a child that does `enter` first, which says whether it could; otherwise the test is skipped
// with the reason.
void in_child_after(const std::function<bool()>& enter, const std::string& reason,
                    const std::function<void()>& body);

// The text of the base::Error that it throws, "" if none.
std::string error_of(const std::function<void()>& action);

}  // namespace test_support
