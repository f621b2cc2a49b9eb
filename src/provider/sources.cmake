target_sources(offload_provider
  PRIVATE
    src/provider/bundled_scripts.cpp
    src/provider/shell.cpp
    src/provider/shell_sandbox.cpp
    src/provider/lifecycle.cpp
    src/provider/local.cpp
    src/provider/modal.cpp
    src/provider/modal_service.cpp
    src/provider/sandbox_journal.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/provider/backoff.hpp
    include/offload/provider/bundled_scripts.hpp
    include/offload/provider/command_template.hpp
    include/offload/provider/concept.hpp
    include/offload/provider/shell.hpp
    include/offload/provider/local.hpp
    include/offload/provider/modal.hpp
    include/offload/provider/modal_service.hpp
    include/offload/provider/prices.hpp
    include/offload/provider/sandbox_journal.hpp
    include/offload/provider/sandbox_shell.hpp)
foreach(part IN ITEMS dockerfile images sandboxes serve trouble)
  offload_embed(offload_provider src/provider/offload_modal_${part}.py modal_${part})
endforeach()
offload_embed(offload_provider src/provider/modal_sandbox.py modal_sandbox)
target_link_libraries(offload_provider PRIVATE $<BUILD_INTERFACE:range-v3::range-v3>)
offload_add_bodies(provider
  command_template modal_message sandbox_shell)
