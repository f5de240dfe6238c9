// The page that lists the endpoints and the table that serves them say the same.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "http/public/api.h"

namespace switchyard::http {
namespace {

/// "POST /v1/embeddings" of each line that begins with "| `POST /v1/embeddings` |".
std::vector<std::string> listed() {
  std::ifstream page(SWITCHYARD_SOURCE_DIR "/docs/endpoints.md");
  std::vector<std::string> all;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| `")) all.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  std::ranges::sort(all);
  return all;
}

TEST(EndpointsTest, ThePageListsExactlyTheRouteTable) {
  std::vector<std::string> served;
  for (const auto& [method, path] : endpoints()) served.push_back(std::string(method) + " " + std::string(path));
  std::ranges::sort(served);
  EXPECT_EQ(listed(), served);
}

}  // namespace
}  // namespace switchyard::http
