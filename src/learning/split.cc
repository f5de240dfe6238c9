#include "learning/split.h"

namespace switchyard::learning {

std::uint64_t question_hash(std::string_view query) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char c : query) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) continue;
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

bool held_out(std::string_view query, std::uint64_t seed, unsigned percent) {
  std::uint64_t mixed = question_hash(query) + seed * 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return (mixed ^ mixed >> 31) % 100 < percent;
}

}  // namespace switchyard::learning
