# Another image with the program on its PATH: a runner's manager, or docker in docker.
#   docker build --file tools/Docker/onto.Dockerfile --build-arg HELPER=IMAGE --build-arg BASE=gitlab/gitlab-runner:latest .
#   docker build --file tools/Docker/onto.Dockerfile --build-arg HELPER=IMAGE --build-arg BASE=docker:dind .
# HELPER is the image of the Dockerfile beside this one. Nothing is run in either, so both may be for another processor.
ARG HELPER
ARG BASE=gitlab/gitlab-runner:latest
FROM ${HELPER} AS helper
FROM ${BASE}
COPY --from=helper /docker-credential-ecr-login /usr/local/bin/docker-credential-ecr-login
