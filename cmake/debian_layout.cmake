# Brings what CPack has staged into the places and forms that Debian wants. Run by CPack.
find_program(gzip gzip REQUIRED)

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  set(staged ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  string(TOUPPER ${component} upper)
  set(doc ${staged}/share/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  file(MAKE_DIRECTORY ${doc})
  file(REMOVE ${doc}/LICENSE)
  file(COPY_FILE ${CPACK_RESOURCE_FILE_LICENSE} ${doc}/copyright)
  string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(WRITE ${doc}/changelog "${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}) stable; urgency=medium

  * CHANGELOG.md says what is new.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
  file(GLOB texts ${doc}/changelog ${staged}/share/man/man1/*.1)
  foreach(text IN LISTS texts)
    execute_process(COMMAND ${gzip} -9n ${text} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  if(EXISTS ${staged}/share/zsh/site-functions)
    file(RENAME ${staged}/share/zsh/site-functions ${staged}/share/zsh/vendor-completions)
  endif()
  if(EXISTS ${staged}/bin/offload-apply-diff)
    # `offload apply-diff` as a program that needs nothing around it, in containers: static.
    file(CREATE_LINK offload.1.gz ${staged}/share/man/man1/offload-apply-diff.1.gz SYMBOLIC)
    file(WRITE ${staged}/share/lintian/overrides/offload
      "offload: statically-linked-binary [usr/bin/offload-apply-diff]\n"
      "offload: embedded-library zlib [usr/bin/offload-apply-diff]\n"
      "offload: embedded-library zlib [usr/bin/offload]\n")
  endif()
endforeach()
