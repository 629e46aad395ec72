"""The command line. Each module's `register` adds its commands; they import inside, so that help is quick."""
