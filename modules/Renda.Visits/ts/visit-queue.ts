import { VisitQueue } from "./lib/queue-view";

if (!customElements.get("visit-queue")) customElements.define("visit-queue", VisitQueue);
