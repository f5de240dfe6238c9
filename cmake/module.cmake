# One CMake target a module, and the rule that links point inward only.
#
#   switchyard_module(wire_sse RING logic
#     SOURCES decoder.cc
#     DEPENDS switchyard::base          # modules of ours and libraries that the headers show
#     PRIVATE_DEPENDS ZLIB::ZLIB        # links that no header shows
#     TESTS   decoder_test.cc           # one test binary, wire_sse_test
#     FUZZ    decoder_fuzz.cc)          # one libFuzzer binary a file, with the `fuzz` preset

# Which rings a ring may link.
set(SWITCHYARD_RING_core core)
set(SWITCHYARD_RING_logic core logic)
set(SWITCHYARD_RING_service core logic service)
set(SWITCHYARD_RING_net core net)
set(SWITCHYARD_RING_adapter core logic service net adapter)
set(SWITCHYARD_RING_edge core logic service net edge)
set(SWITCHYARD_RING_app core logic service net adapter edge app)

function(switchyard_module name)
  cmake_parse_arguments(arg "" "RING" "SOURCES;DEPENDS;PRIVATE_DEPENDS;TESTS;TEST_DEPENDS;FUZZ" ${ARGN})
  if(NOT DEFINED SWITCHYARD_RING_${arg_RING})
    message(FATAL_ERROR "module ${name}: RING is '${arg_RING}', expected core, logic, service, net, adapter, edge or app")
  endif()
  set(target switchyard_${name})
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE ${arg_PRIVATE_DEPENDS})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(switchyard::${name} ALIAS ${target})
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} ${scope} ${arg_DEPENDS})
  set_property(GLOBAL APPEND PROPERTY SWITCHYARD_MODULES ${name})
  set_property(GLOBAL PROPERTY SWITCHYARD_RING_OF_${name} ${arg_RING})
  set_property(GLOBAL PROPERTY SWITCHYARD_LINKS_OF_${name} ${arg_DEPENDS} ${arg_PRIVATE_DEPENDS})

  if(arg_TESTS AND BUILD_TESTING)
    add_executable(${name}_test ${arg_TESTS})
    target_link_libraries(${name}_test PRIVATE ${target} ${arg_TEST_DEPENDS} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE SWITCHYARD_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST)
  endif()
  if(arg_FUZZ AND SWITCHYARD_FUZZ)
    foreach(source ${arg_FUZZ})
      cmake_path(GET source STEM stem)
      add_executable(${name}_${stem} ${source})
      target_link_libraries(${name}_${stem} PRIVATE ${target})
      target_link_options(${name}_${stem} PRIVATE -fsanitize=fuzzer)
      set_property(GLOBAL APPEND PROPERTY SWITCHYARD_FUZZERS ${name}_${stem})
    endforeach()
  endif()
endfunction()

# Stops the configure step when a module links one that its ring may not know.
function(switchyard_check_rings)
  get_property(modules GLOBAL PROPERTY SWITCHYARD_MODULES)
  foreach(name ${modules})
    get_property(ring GLOBAL PROPERTY SWITCHYARD_RING_OF_${name})
    get_property(links GLOBAL PROPERTY SWITCHYARD_LINKS_OF_${name})
    foreach(link ${links})
      if(NOT link MATCHES "^switchyard::(.+)$")
        continue()
      endif()
      set(other ${CMAKE_MATCH_1})
      get_property(other_ring GLOBAL PROPERTY SWITCHYARD_RING_OF_${other})
      if(NOT other_ring)
        message(FATAL_ERROR "module ${name} links switchyard::${other}, which does not exist")
      endif()
      if(NOT other_ring IN_LIST SWITCHYARD_RING_${ring})
        message(FATAL_ERROR "module ${name} (ring ${ring}) links ${other} (ring ${other_ring}): links point inward only; "
                            "${ring} may link ${SWITCHYARD_RING_${ring}}")
      endif()
    endforeach()
  endforeach()
endfunction()
