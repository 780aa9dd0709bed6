import * as tf from '@tensorflow/tfjs-core';
import {compiled, compiledNetwork, compile} from '@tweedie/compile';import {onnxRuntime} from '@tweedie/compile/node';
import {compactUnet, unet, mlp} from '@tweedie/networks'; import {wasm} from '@tweedie/backend-wasm';
import {key,normal,useBackend,foldIn} from '@tweedie/core';
import {diffusionLoss} from '@tweedie/losses';import {variancePreserving} from '@tweedie/forward-process';import {cosine,clamped} from '@tweedie/schedules';import {v} from '@tweedie/parameterizations';
import {train, eager} from '@tweedie/training';
await useBackend(wasm()); let t=performance.now();const lap=(s)=>{const n=performance.now();console.log(s,(n-t).toFixed(1),'ms');t=performance.now()};
const engine=await onnxRuntime(); lap('engine '+JSON.stringify(engine.dialect)+engine.threads);
const steps=+(process.argv[2]??20);
for (const differentiate of [eager, compiled(engine)]) {
 const network=compactUnet({key:key(0),image:[28,28,1]});
 const objective=diffusionLoss({network,process:variancePreserving(clamped(cosine(),{min:-10,max:10})),parameterization:v()});
 t=performance.now(); const L=[]; let n0;
 for await (const s of train({objective,differentiate,steps,key:key(1),logEvery:1,batches:function*(from){for(let i=from;;i++) yield {x:normal(foldIn(key(7),i),[32,28,28,1])}}})) {L.push(s.loss); if(s.step==3)n0=tf.memory().numTensors; if(s.step===1)lap('first');}
 console.log(L.slice(-3), n0, tf.memory().numTensors); lap('steps');
 if(differentiate!==eager){const cn=compiledNetwork(network,engine);const x=normal(key(3),[8,28,28,1]),n=tf.fill([8],.3);const a=network.apply(x,n).dataSync(), b=cn.apply(x,n).dataSync();lap('net');let d=0;a.forEach((v,i)=>d=Math.max(d,Math.abs(v-b[i])));console.log('net diff',d);
  try{tf.grad((x)=>tf.sum(cn.apply(x,n)))(x)}catch(e){console.log(e.code)}}
}
await engine.close();
