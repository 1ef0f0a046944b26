# What is installed, and where: the programs, the manual pages and completions
# that the program prints of itself, the themes, the documents.
include(GNUInstallDirs)

set(made ${CMAKE_BINARY_DIR}/share)
file(MAKE_DIRECTORY ${made})

# Prints one of them with the program that was just built.
function(pc_printed file)
  add_custom_command(OUTPUT ${made}/${file}
    COMMAND protector-console ${ARGN} > ${made}/${file}
    DEPENDS protector-console VERBATIM)
endfunction()

# Debian keeps these compressed; without a time in them the same sources make the
# same package. Adds to `packed`.
function(pc_packed source file)
  add_custom_command(OUTPUT ${made}/${file}
    COMMAND gzip -9nc ${source} > ${made}/${file} DEPENDS ${source} VERBATIM)
  set(packed ${packed} ${made}/${file} PARENT_SCOPE)
endfunction()

pc_printed(protector-console.1 --man)
pc_printed(protector-console.bash completion bash)
pc_printed(protector-console.zsh completion zsh)
pc_printed(protector-console.fish completion fish)
pc_packed(${made}/protector-console.1 protector-console.1.gz)
pc_packed(${CMAKE_SOURCE_DIR}/packaging/protector-lab.1 protector-lab.1.gz)
add_custom_target(printed ALL DEPENDS ${packed} ${made}/protector-console.bash
  ${made}/protector-console.zsh ${made}/protector-console.fish)

install(TARGETS protector-console protector-lab RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${made}/protector-console.1.gz ${made}/protector-lab.1.gz
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${made}/protector-console.bash RENAME protector-console
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${made}/protector-console.zsh RENAME _protector-console
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${made}/protector-console.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
# Named themes are in the program; these are for whoever makes one of his own.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/themes
  DESTINATION ${CMAKE_INSTALL_DATADIR}/protector-console FILES_MATCHING PATTERN "*.theme")
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}
  FILES_MATCHING PATTERN "*.md")
install(FILES ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
# Not in /etc: without a configuration the console opens on its lab, and the
# operator decides when that is over.
install(FILES ${CMAKE_SOURCE_DIR}/protector-console.cfg
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
