# What a user of the library does: install it and find it, or add its sources to a project.
set(consumer_dir ${CMAKE_CURRENT_BINARY_DIR}/consumer)
set(consumer_options
  -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS}
  -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER})

add_test(NAME Consumer.Installs
  COMMAND ${CMAKE_COMMAND} -DBINARY_DIR=${PROJECT_BINARY_DIR} -DPREFIX=${consumer_dir}/prefix
          -P ${CMAKE_CURRENT_LIST_DIR}/install.cmake)
set_tests_properties(Consumer.Installs PROPERTIES FIXTURES_SETUP offload_installed)

add_test(NAME Consumer.FindsThePackageAndRuns
  COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${CMAKE_CURRENT_LIST_DIR} ${consumer_dir}/package
          --build-generator ${CMAKE_GENERATOR}
          --build-options ${consumer_options} -DCMAKE_PREFIX_PATH=${consumer_dir}/prefix
          --test-command ./consumer)
set_tests_properties(Consumer.FindsThePackageAndRuns PROPERTIES
  FIXTURES_REQUIRED offload_installed TIMEOUT 300)

add_test(NAME Consumer.LinksOnlyWhatItUses
  COMMAND ${CMAKE_CTEST_COMMAND}
          --build-and-test ${CMAKE_CURRENT_LIST_DIR}/components ${consumer_dir}/components
          --build-generator ${CMAKE_GENERATOR}
          --build-options ${consumer_options} -DCMAKE_PREFIX_PATH=${consumer_dir}/prefix
                          -DEXAMPLE=${PROJECT_SOURCE_DIR}/examples/custom_scheduler/main.cpp
          --test-command ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1
                         "PYTEST_ADDOPTS=-p no:cacheprovider"
                         ./components 4 ${CMAKE_CURRENT_LIST_DIR}/components/test_truth.py)
set_tests_properties(Consumer.LinksOnlyWhatItUses PROPERTIES
  FIXTURES_REQUIRED offload_installed TIMEOUT 300 LABELS needs-python)

add_test(NAME Consumer.AddsTheSources
  COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${consumer_dir}/sources
          -G ${CMAKE_GENERATOR} ${consumer_options} -DOFFLOAD_SOURCE=${PROJECT_SOURCE_DIR})
